package io.github.amlmaven.emulator.container;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.registry.ImageStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A store with one image, {@code localhost:1/server:1}, that runs the test server as user 65532. */
final class SingleImageStore implements ImageStore {

    static final String IMAGE = "localhost:1/server:1";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path layer;
    private final Path config;
    private final ObjectNode manifest = JSON.createObjectNode();

    SingleImageStore(Path folder) throws IOException {
        PythonImages.Interpreter interpreter = PythonImages.interpreter();
        this.layer = folder.resolve("layer.tar");
        try (OutputStream file = Files.newOutputStream(layer);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(file, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Map.Entry<String, Path> entry : interpreter.files().entrySet()) {
                add(tar, entry.getKey(), Files.readAllBytes(entry.getValue()));
            }
            add(tar, PythonImages.SERVER, PythonImages.server("1").getBytes(StandardCharsets.UTF_8));
        }
        ObjectNode image = JSON.createObjectNode();
        ObjectNode run = image.putObject("config");
        run.putArray("Env").add("GREETING=from the image");
        run.putArray("Entrypoint").add(interpreter.python());
        run.putArray("Cmd").add(PythonImages.SERVER);
        run.put("WorkingDir", "/app").put("User", "65532:65532");
        this.config = folder.resolve("config.json");
        JSON.writeValue(config.toFile(), image);
        manifest.put("schemaVersion", 2);
        manifest.putObject("config").put("digest", "sha256:config");
        manifest.putArray("layers").addObject().put("digest", "sha256:layer");
    }

    private static void add(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length);
        entry.setMode(name.contains("/bin/") || name.contains("/ld-") ? 0755 : 0644);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    @Override
    public Optional<Manifest> manifest(String registry, String repository, String reference) {
        return repository.equals("server")
                ? Optional.of(new Manifest("sha256:manifest", "application/vnd.oci.image.manifest.v1+json", manifest))
                : Optional.empty();
    }

    @Override
    public Optional<Path> blob(String digest) {
        return switch (digest) {
            case "sha256:layer" -> Optional.of(layer);
            case "sha256:config" -> Optional.of(config);
            default -> Optional.empty();
        };
    }
}
