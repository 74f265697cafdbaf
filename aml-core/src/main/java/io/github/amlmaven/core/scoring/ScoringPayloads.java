package io.github.amlmaven.core.scoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads what is sent to a model and what it must answer. */
public final class ScoringPayloads {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final String WRITTEN =
            "Write one JSON value, such as {\"data\": [[1, 2.5]]}; on a command line in single quotes.";

    private ScoringPayloads() {}

    /**
     * The payloads of one call of the goal.
     *
     * @param data JSON to send; either this or a file
     * @param file a file to send, or a folder whose {@code *.json} files are sent one by one
     * @param expect the JSON that must be answered
     * @param expectFile a file with it, or a folder with a file of the same name for each file sent
     */
    public static List<ScoringRequest.Payload> read(
            Optional<String> data, Optional<Path> file, Optional<String> expect, Optional<Path> expectFile) {
        if (data.isPresent() == file.isPresent()) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            data.isPresent() ? "data and file are both given" : "there is nothing to send to the model")
                    .remedy("Set either <data> (-Daml.score.data='{...}') or <file> (-Daml.score.file=...).")
                    .build();
        }
        Optional<JsonNode> given = expect.map(text -> parse("expect", text));
        if (data.isPresent()) {
            parse("data", data.get());
            Optional<JsonNode> expected = given.or(() -> expectFile.map(path -> parse(path.toString(), text(path))));
            return List.of(new ScoringRequest.Payload("data", data.get(), expected));
        }
        return files(file.get()).stream()
                .map(path -> {
                    String body = text(path);
                    parse(path.toString(), body);
                    Optional<JsonNode> expected = given.or(() -> expectFile.flatMap(e -> expected(e, path)));
                    return new ScoringRequest.Payload(String.valueOf(path.getFileName()), body, expected);
                })
                .toList();
    }

    private static Optional<JsonNode> expected(Path expectFile, Path sent) {
        Path file = Files.isDirectory(expectFile) ? expectFile.resolve(String.valueOf(sent.getFileName())) : expectFile;
        // A folder need not have an answer for every request; a file that is named must be there.
        return Files.isDirectory(expectFile) && !Files.exists(file)
                ? Optional.empty()
                : Optional.of(parse(file.toString(), text(file)));
    }

    private static List<Path> files(Path file) {
        if (!Files.isDirectory(file)) {
            return List.of(file);
        }
        try (Stream<Path> entries = Files.list(file)) {
            List<Path> json = entries.filter(path -> path.toString().endsWith(".json"))
                    .sorted()
                    .toList();
            if (json.isEmpty()) {
                throw AmlException.of(ErrorCode.FILE_MISSING, "There is no *.json file in " + file)
                        .build();
            }
            return json;
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "The folder " + file + " cannot be read: " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    private static String text(Path file) {
        if (!Files.isRegularFile(file)) {
            throw AmlException.of(ErrorCode.FILE_MISSING, "There is no file " + file)
                    .build();
        }
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw AmlException.of(
                            ErrorCode.LOCAL_IO, "The file " + file + " cannot be read as UTF-8: " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    private static JsonNode parse(String source, String text) {
        try {
            JsonNode json = JSON.readTree(text);
            if (!json.isMissingNode()) {
                return json;
            }
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, source + " is empty, not JSON")
                    .remedy(WRITTEN)
                    .build();
        } catch (JsonProcessingException e) {
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, source + " is not JSON: " + e.getOriginalMessage())
                    .remedy(WRITTEN)
                    .build();
        }
    }
}
