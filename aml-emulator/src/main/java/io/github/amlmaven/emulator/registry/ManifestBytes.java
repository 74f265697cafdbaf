package io.github.amlmaven.emulator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** A manifest byte for byte, as its digest wants it. */
final class ManifestBytes {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final byte[] content;

    ManifestBytes(byte[] content) {
        this.content = content.clone();
    }

    byte[] content() {
        return content.clone();
    }

    JsonNode json() throws IOException {
        return JSON.readTree(content);
    }

    String digest() {
        return ContentStore.digest(ContentStore.sha256().digest(content));
    }
}
