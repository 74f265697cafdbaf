package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.SpecLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the official client refuses only when a file is sent by itself, though the file may be right as a part of another.
 * Source: azure-ai-ml 1.34.0 ({@code operations}).
 */
final class RefusedByClient {

    private final SpecLoader loader;
    private final CheckedSpec spec;
    private final List<Problem> problems = new ArrayList<>();

    RefusedByClient(SpecLoader loader, CheckedSpec spec) {
        this.loader = loader;
        this.spec = spec;
    }

    /** A job's inputs have values. */
    void job() {
        JsonNode inputs = spec.content().path("inputs");
        for (Map.Entry<String, JsonNode> input : inputs.properties()) {
            JsonNode value = input.getValue();
            if (value.isObject()
                    && !value.hasNonNull("value")
                    && value.path("path").asText("").isEmpty()) {
                add(
                        ErrorCode.SPEC_MISSING_KEY,
                        "the input '" + input.getKey() + "' has no 'path'; a job cannot run without it",
                        "inputs",
                        input.getKey());
            }
        }
        end();
    }

    /** A component that is registered has a name of lower-case letters. */
    void component() {
        String name = spec.required("name");
        if (!name.matches("[a-z][a-z\\d_]*")) {
            add(
                    ErrorCode.SPEC_BAD_NAME,
                    "'" + name + "' is no name for a component; allowed are lower-case letters, digits and '_',"
                            + " a letter first",
                    "name");
        }
        end();
    }

    /** A deployment's name has no underscore. */
    void deployment() {
        String name = spec.required("name");
        boolean online = spec.kind().name().endsWith("online-deployment");
        if (online
                && (name.length() < 3 || name.length() > 32 || !name.matches("[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?"))) {
            add(
                    ErrorCode.SPEC_BAD_NAME,
                    "'" + name + "' is no name for a deployment; allowed are 3 to 32 letters, digits and hyphens,"
                            + " a letter first",
                    "name");
        }
        if (online && spec.text("endpoint_name") == null) {
            add(ErrorCode.SPEC_MISSING_KEY, "the key 'endpoint_name' is missing");
        }
        end();
    }

    private void add(ErrorCode code, String message, String... path) {
        Location where = loader.location(spec.file(), path);
        problems.add(new Problem(code, where, message));
    }

    private void end() {
        if (!problems.isEmpty()) {
            throw AmlException.ofProblems(problems);
        }
    }
}
