package io.github.amlmaven.emulator.sourcecontrol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.emulator.http.HttpError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which tokens there are, with their scopes, and which pull requests and commits: {@code source-control.json} in the
 * emulator's home, read anew each time. Nobody can write to a service that nobody has a token for, so without the file
 * every token is refused.
 *
 * <p>Shape: {@code {"azureDevOps":{"tokens":{"<token>":["vso.code_write"]},"pullRequests":{"<repository>":[7]}},
 * "github":{"tokens":{"<token>":["repo:status"]},"commits":{"<owner>/<name>":["<sha>"]}}}}. Without {@code pullRequests} or
 * {@code commits} every one exists.
 */
final class Accounts {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final String service;

    Accounts(Path home, String service) {
        this.file = home.resolve("source-control.json");
        this.service = service;
    }

    /** The scopes of a token; empty when there is no such token. */
    Optional<Set<String>> scopes(String token) {
        JsonNode scopes = content().path("tokens").path(token);
        if (!scopes.isArray()) {
            return Optional.empty();
        }
        Set<String> names = new HashSet<>();
        scopes.forEach(scope -> names.add(scope.asText()));
        return Optional.of(names);
    }

    /** Whether something exists: a pull request of a repository, a commit of one. */
    boolean exists(String kind, String repository, String name) {
        JsonNode known = content().path(kind);
        if (known.isMissingNode()) {
            return true;
        }
        for (JsonNode one : known.path(repository)) {
            if (one.asText().equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a repository exists at all. */
    boolean hasRepository(String kind, String repository) {
        JsonNode known = content().path(kind);
        return known.isMissingNode() || known.has(repository);
    }

    private JsonNode content() {
        if (!Files.isRegularFile(file)) {
            return JSON.createObjectNode();
        }
        try {
            return JSON.readTree(file.toFile()).path(service);
        } catch (IOException e) {
            throw HttpError.arm(500, "EmulatorMisconfigured", file + " is not readable JSON: " + e.getMessage());
        }
    }
}
