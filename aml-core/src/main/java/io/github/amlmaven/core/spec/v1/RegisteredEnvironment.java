package io.github.amlmaven.core.spec.v1;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import java.nio.file.Path;
import java.util.List;

/** An environment that was registered from a folder ({@code az ml environment register -d}) as an environment file. */
public final class RegisteredEnvironment {

    private RegisteredEnvironment() {}

    /**
     * Converts {@code azureml_environment.json}.
     *
     * @param base the folder that paths of the result start from
     * @param otherwise the name when the file has none
     */
    public static Converted of(SpecDocument document, V1Files files, Path base, String otherwise) {
        Notes notes = new Notes();
        V1Node environment = V1Node.of(document, notes.reads());
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        new EnvironmentConversion(new V1Paths(files, base), List.of(document.directory(), files.directory()), notes)
                .convert(environment)
                .ifPresent(converted -> {
                    if (converted instanceof ObjectNode inline) {
                        result.put("name", inline.path("name").asText(otherwise));
                        result.setAll(inline);
                    } else {
                        notes.problem(
                                ErrorCode.SPEC_MISSING_KEY,
                                environment.location(),
                                "the environment has neither an image nor conda packages");
                    }
                });
        if (!environment.child("environmentVariables").isEmpty()) {
            notes.leftOut(
                    environment.location("environmentVariables"),
                    "an environment has no variables in v2; write them as 'environment_variables' of the job or deployment");
        }
        return notes.result(result);
    }
}
