package io.github.amlmaven.core.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Suggestion;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.AssetResolver;
import io.github.amlmaven.core.spec.JobSpec;
import java.util.TreeSet;

/** The request for a job, with what the user says on the command line put over what the file says. */
final class JobRequestBody {

    private JobRequestBody() {}

    static ObjectNode of(JobSpec spec, JobRunRequest request, AssetResolver assets) {
        ObjectNode body = spec.toBody(assets);
        ObjectNode properties = body.withObject("/properties");
        request.experimentName().ifPresent(experiment -> properties.put("experimentName", experiment));
        ObjectNode tags = properties.withObject("/tags");
        request.tags().forEach(tags::put);
        ObjectNode inputs = properties.withObject("/inputs");
        request.inputs().forEach((name, value) -> override(inputs, name, value, request, assets));
        return body;
    }

    private static void override(
            ObjectNode inputs, String name, String value, JobRunRequest request, AssetResolver assets) {
        if (!(inputs.get(name) instanceof ObjectNode input)) {
            TreeSet<String> known = new TreeSet<>();
            inputs.fieldNames().forEachRemaining(known::add);
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            request.file().getFileName() + " has no input '" + name + "'"
                                    + Suggestion.sentence(name, known))
                    .remedy(known.isEmpty() ? "It has no inputs at all." : "It has: " + String.join(", ", known) + ".")
                    .build();
        }
        String type = input.path("jobInputType").asText();
        if (type.equals("literal")) {
            input.put("value", value);
        } else {
            AssetReference reference = AssetReference.parse(value, request.projectDirectory());
            input.put("uri", assets.input(reference, type, null));
        }
    }
}
