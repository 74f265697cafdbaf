package io.github.amlmaven.core.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the last build made, so that a build of the same inputs can find it there and do nothing.
 *
 * @param fingerprint of the inputs
 * @param digest of the manifest
 */
record LastBuild(String fingerprint, String digest) {

    private static final String FILE = "image.json";

    /** Reads what the last build left; an unreadable file is as good as none. */
    static Optional<LastBuild> read(Path work, Progress progress) {
        Path file = work.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            JsonNode json = new ObjectMapper().readTree(file.toFile());
            return Optional.of(new LastBuild(
                    json.path("fingerprint").asText(), json.path("digest").asText()));
        } catch (IOException e) {
            progress.debug(file + " cannot be read, the image is built again: " + e.getMessage());
            return Optional.empty();
        }
    }

    void write(Path work) {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json =
                mapper.createObjectNode().put("fingerprint", fingerprint).put("digest", digest);
        try {
            Files.createDirectories(work);
            Files.writeString(
                    work.resolve(FILE), mapper.writerWithDefaultPrettyPrinter().writeValueAsString(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("two strings are always JSON", e);
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, work.resolve(FILE) + " cannot be written")
                    .cause(e)
                    .build();
        }
    }

    /**
     * Whether the image is still where it was delivered.
     *
     * @param build asks the registry
     */
    boolean isThere(ImageTarget target, JibBuild build, Progress progress) {
        try {
            if (target instanceof ImageTarget.InRegistry registry) {
                return build.digest(registry).filter(digest::equals).isPresent();
            }
            return target instanceof ImageTarget.OciLayout layout
                    ? UnpackedImage.isComplete(layout.directory(), digest)
                    : target.file().filter(Files::isRegularFile).isPresent();
        } catch (IOException e) {
            progress.debug("the last image cannot be looked up: " + ImageFailure.innermost(e));
            return false;
        }
    }
}
