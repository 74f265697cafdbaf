package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the official client makes of a folder of files, one JSON file a kind. */
record Goldens(Map<String, Golden> files) {

    /** One file's request, or the official client's refusal. */
    record Golden(String kind, JsonNode content) {
        boolean isAccepted() {
            return content.has("body");
        }
    }

    static Goldens read(Path folder) {
        Map<String, Golden> files = new TreeMap<>();
        try (Stream<Path> kinds = Files.list(folder)) {
            for (Path kind : kinds.sorted().toList()) {
                String name = String.valueOf(kind.getFileName()).replace(".json", "");
                new ObjectMapper()
                        .readTree(kind.toFile())
                        .properties()
                        .forEach(entry -> files.put(entry.getKey(), new Golden(name, entry.getValue())));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Goldens(files);
    }

    /** {@code equal / accepted by the official client / total}, kind by kind. */
    String score(Set<String> different) {
        Map<String, int[]> scores = new TreeMap<>();
        files.forEach((file, golden) -> {
            for (String kind : List.of(golden.kind(), "~ all")) {
                int[] score = scores.computeIfAbsent(kind, absent -> new int[3]);
                score[0] += golden.isAccepted() && !different.contains(file) ? 1 : 0;
                score[1] += golden.isAccepted() ? 1 : 0;
                score[2]++;
            }
        });
        StringBuilder text = new StringBuilder("equal / accepted by the official client / total");
        scores.forEach(
                (kind, score) -> text.append("%n%s: %d / %d / %d".formatted(kind, score[0], score[1], score[2])));
        return text.toString();
    }
}
