package io.github.amlmaven.emulator.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.emulator.tls.OwnerOnlyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;

/**
 * The one service principal of an emulator home, in {@code credentials.json} (readable by its owner alone): who can read
 * the file may use the emulator.
 *
 * @param objectId the principal's object id in the directory
 * @param identityHeader what App Service's managed identity endpoint wants as {@code X-IDENTITY-HEADER}
 */
public record BootstrapCredentials(String clientId, String clientSecret, String objectId, String identityHeader) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads the home's credentials, or makes them at first start. */
    public static BootstrapCredentials in(Path home) throws IOException {
        Path file = home.resolve("credentials.json");
        if (Files.exists(file)) {
            JsonNode root = JSON.readTree(file.toFile());
            return new BootstrapCredentials(
                    root.path("clientId").asText(),
                    root.path("clientSecret").asText(),
                    root.path("objectId").asText(),
                    root.path("identityHeader").asText());
        }
        BootstrapCredentials made = new BootstrapCredentials(
                UUID.randomUUID().toString(), secret(), UUID.randomUUID().toString(), secret());
        OwnerOnlyFile.write(
                file,
                JSON.createObjectNode()
                                .put("tenantId", EmulatorOptions.TENANT)
                                .put("clientId", made.clientId())
                                .put("clientSecret", made.clientSecret())
                                .put("objectId", made.objectId())
                                .put("identityHeader", made.identityHeader())
                                .toPrettyString()
                        + "\n");
        return made;
    }

    /** Of letters and digits: a secret that begins with '-' is taken for an option by each command line. */
    private static String secret() {
        byte[] random = new byte[30];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "BootstrapCredentials[clientId=" + clientId + "]";
    }
}
