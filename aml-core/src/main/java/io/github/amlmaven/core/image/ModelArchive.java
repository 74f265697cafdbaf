package io.github.amlmaven.core.image;

import io.github.amlmaven.core.content.ContentFiles;
import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.content.WholeFile;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The model as a Maven artifact: a zip of {@code model/} (the model's file or folder), {@code aml/} (the project's AML
 * YAML and what else lies there) and {@code META-INF/aml/model.properties} (what it is). Equal content gives equal bytes.
 */
public final class ModelArchive {

    /** Changes with the archive's layout, so that one of an older version of this product is made again. */
    private static final String VERSION = "model archive 1";

    private static final int BUFFER = 1 << 17;
    private static final Instant EARLIEST = Instant.parse("1980-01-01T00:00:02Z");

    private final Request request;

    public ModelArchive(Request request) {
        this.request = request;
    }

    /**
     * What goes in.
     *
     * @param model its files
     * @param specs folder of AML YAML, when the project has one
     * @param description what the archive says about itself: coordinates, model name
     * @param project what nothing may lead out of; empty allows any place
     * @param timestamp of every entry: {@code project.build.outputTimestamp}
     */
    public record Request(
            ContentFiles model,
            Optional<Path> specs,
            Map<String, String> description,
            Optional<Path> project,
            Instant timestamp) {

        public Request {
            description = Map.copyOf(description);
        }
    }

    /**
     * Writes the archive, replacing an older one in a single step.
     *
     * @param index knows whether the one that is there is made of the same files
     */
    public void write(Path file, StampIndex index) {
        try {
            Map<String, Path> files = files();
            String what =
                    VERSION + " " + request.timestamp() + "\n" + description() + String.join("\n", files.keySet());
            index.make(file, what, List.copyOf(files.values()), () -> WholeFile.write(file, out -> write(files, out)));
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "The model archive " + file + " cannot be written: " + e)
                    .cause(e)
                    .build();
        }
    }

    private void write(Map<String, Path> files, OutputStream out) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(entry("META-INF/aml/model.properties"));
            zip.write(description().getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
            for (Map.Entry<String, Path> entry : files.entrySet()) {
                put(zip, entry.getKey(), entry.getValue());
            }
        }
    }

    private Map<String, Path> files() {
        Map<String, Path> files = new TreeMap<>();
        ContentFiles model = request.model();
        String root = "model/" + model.root().getFileName();
        model.files()
                .forEach(entry -> files.put(model.isSingleFile() ? root : root + "/" + entry.name(), entry.path()));
        request.specs()
                .filter(Files::isDirectory)
                // A model that lies beside its YAML is in the archive once.
                .map(folder -> ContentFiles.listed(folder, ModelFiles.boundary(request.project()), model.root())
                        .withoutLeftovers())
                .ifPresent(specs -> specs.files().forEach(entry -> files.put("aml/" + entry.name(), entry.path())));
        return files;
    }

    private String description() {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(request.description())
                .forEach((key, value) ->
                        text.append(key).append('=').append(value).append('\n'));
        return text.toString();
    }

    private void put(ZipOutputStream zip, String name, Path file) throws IOException {
        ZipEntry entry = entry(name);
        if (name.startsWith("model/")) {
            // Weights do not shrink; deflating them costs a minute for some gigabytes and saves next to nothing.
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(Files.size(file));
            entry.setCrc(crc(file));
        }
        zip.putNextEntry(entry);
        read(file, zip::write);
        zip.closeEntry();
    }

    private ZipEntry entry(String name) {
        ZipEntry entry = new ZipEntry(name);
        Instant time = request.timestamp().isBefore(EARLIEST) ? EARLIEST : request.timestamp();
        // Local time without a zone is what a zip holds; any other setter would depend on this machine's zone.
        entry.setTimeLocal(LocalDateTime.ofInstant(time, ZoneOffset.UTC));
        return entry;
    }

    private static long crc(Path file) throws IOException {
        CRC32 crc = new CRC32();
        read(file, crc::update);
        return crc.getValue();
    }

    /** In larger pieces than {@link Files#copy}, whose 8 KiB are many calls for a file of gigabytes. */
    private static void read(Path file, Piece piece) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                piece.take(buffer, 0, read);
            }
        }
    }

    private interface Piece {
        void take(byte[] bytes, int offset, int count) throws IOException;
    }
}
