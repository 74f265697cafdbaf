package io.github.amlmaven.core.scoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.content.WholeFile;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The keys of one deployment on disk, readable by its owner alone: {@code {"scoringUri", "primaryKey", "secondaryKey"}}.
 * The address stands beside the keys so that they are never sent to another host.
 */
public final class ScoringKeyFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    public ScoringKeyFile(Path file) {
        this.file = file;
    }

    /**
     * What the file holds.
     *
     * @param scoringUri the deployment's address; empty until the first deployment has told it
     */
    public record Content(ScoringKeys keys, Optional<URI> scoringUri) {}

    public Path path() {
        return file;
    }

    /** @throws AmlException {@link ErrorCode#LOCAL_IO} when the file is there and cannot be used */
    public Optional<Content> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode json = JSON.readTree(Files.readString(file));
            String primary = json.path("primaryKey").asText();
            String secondary = json.path("secondaryKey").asText();
            if (primary.isEmpty() || secondary.isEmpty()) {
                throw unusable("it has no primaryKey and secondaryKey");
            }
            Optional<URI> uri = json.hasNonNull("scoringUri")
                    ? Optional.of(URI.create(json.get("scoringUri").asText()))
                    : Optional.empty();
            return Optional.of(new Content(new ScoringKeys(primary, secondary), uri));
        } catch (JsonProcessingException e) {
            // The parser's message quotes the text around the error, which may be a key.
            throw unusable("it is not JSON");
        } catch (IOException | IllegalArgumentException e) {
            throw unusable(e.getClass().getSimpleName());
        }
    }

    private AmlException unusable(String why) {
        return AmlException.of(ErrorCode.LOCAL_IO, "The key file " + file + " cannot be used: " + why)
                .remedy("Delete the file; the next deployment makes new keys.")
                .build();
    }

    /** Replaces the file as a whole, so that a reader never sees half of it. */
    public void write(Content content) {
        ObjectNode json = JSON.createObjectNode();
        content.scoringUri().ifPresent(uri -> json.put("scoringUri", uri.toString()));
        json.put("primaryKey", content.keys().primary());
        json.put("secondaryKey", content.keys().secondary());
        try {
            WholeFile.writeForOwner(file, json.toPrettyString() + "\n");
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "The key file " + file + " cannot be written: " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }
}
