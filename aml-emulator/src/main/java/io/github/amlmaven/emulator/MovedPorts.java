package io.github.amlmaven.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.io.UncheckedIOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When a port of the last start is taken now, the URLs in resources (scoring, discovery, blobs) follow to the new one. */
record MovedPorts(DocumentStore store) {

    private static final ObjectMapper JSON = new ObjectMapper();

    void follow(int before, int now) {
        Pattern old = Pattern.compile("((?:localhost|127\\.0\\.0\\.1):)" + before + "(?!\\d)");
        for (DocumentStore.Entry entry : store.list(ResourceStore.COLLECTION, "")) {
            String text = entry.document().toString();
            Matcher matcher = old.matcher(text);
            if (matcher.find()) {
                store.put(ResourceStore.COLLECTION, entry.key(), parse(matcher.replaceAll("$1" + now)));
            }
        }
    }

    private static ObjectNode parse(String text) {
        try {
            return (ObjectNode) JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("damaged document", e);
        }
    }
}
