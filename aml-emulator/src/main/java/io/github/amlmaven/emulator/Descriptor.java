package io.github.amlmaven.emulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.emulator.tls.OwnerOnlyFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code emulator.json} in the home: where the running emulator is to be found. Gone when none runs. */
final class Descriptor {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final EmulatorContext context;
    private final Path certificate;
    private final Path file;

    Descriptor(EmulatorContext context, Path certificate) {
        this.context = context;
        this.certificate = certificate;
        this.file = file(context.options().home());
    }

    void write() throws IOException {
        EmulatorOptions options = context.options();
        ObjectNode root = JSON.createObjectNode();
        root.put("pid", ProcessHandle.current().pid())
                .put("https", context.endpoints().https().toString())
                .put("http", context.endpoints().http().toString())
                .put("httpsPort", context.endpoints().https().getPort())
                .put("httpPort", context.endpoints().http().getPort())
                .put("certificate", certificate.toAbsolutePath().toString())
                .put("tenantId", EmulatorOptions.TENANT)
                .put("subscriptionId", options.subscriptionId())
                .put("resourceGroup", options.resourceGroup())
                .put("workspace", options.workspace())
                .put("startTime", context.clock().instant().toString());
        OwnerOnlyFile.write(file, root.toPrettyString() + "\n");
    }

    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file, e);
        }
    }

    /** Who uses a home, for an error message. */
    static String describe(Path home) {
        try {
            return "process " + JSON.readTree(file(home).toFile()).path("pid").asText("unknown");
        } catch (IOException e) {
            return "process unknown";
        }
    }

    private static Path file(Path home) {
        return home.resolve("emulator.json");
    }
}
