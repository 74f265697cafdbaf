package io.github.amlmaven.emulator.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A committed block blob.
 *
 * @param segments its bytes, in order
 * @param properties the content headers that are stored with it: {@code content-type}, {@code content-md5} ...; lower case
 * @param metadata user metadata, names in lower case because the wire does not keep their case
 * @param etag with quotes
 * @param modified whole seconds
 * @param copy how it was copied, as response headers; empty when it was not
 */
record Blob(
        List<Segment> segments,
        Map<String, String> properties,
        Map<String, String> metadata,
        String etag,
        Instant modified,
        Instant created,
        Map<String, String> copy) {

    long length() {
        return segments.stream().mapToLong(Segment::length).sum();
    }

    String property(String name) {
        return properties.getOrDefault(name, "");
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        for (Segment segment : segments) {
            json.withArray("segments")
                    .addObject()
                    .put("file", segment.file())
                    .put("length", segment.length())
                    .put("blockId", segment.blockId());
        }
        properties.forEach(json.putObject("properties")::put);
        metadata.forEach(json.putObject("metadata")::put);
        copy.forEach(json.putObject("copy")::put);
        return json.put("etag", etag).put("modified", modified.toString()).put("created", created.toString());
    }

    static Blob fromJson(JsonNode json) {
        List<Segment> segments = new ArrayList<>();
        for (JsonNode segment : json.path("segments")) {
            segments.add(new Segment(
                    segment.path("file").asText(),
                    segment.path("length").asLong(),
                    segment.path("blockId").asText()));
        }
        return new Blob(
                List.copyOf(segments),
                strings(json.path("properties")),
                strings(json.path("metadata")),
                json.path("etag").asText(),
                Instant.parse(json.path("modified").asText()),
                Instant.parse(json.path("created").asText()),
                strings(json.path("copy")));
    }

    static Map<String, String> strings(JsonNode object) {
        Map<String, String> map = new LinkedHashMap<>();
        object.fields()
                .forEachRemaining(
                        field -> map.put(field.getKey(), field.getValue().asText()));
        return map;
    }
}
