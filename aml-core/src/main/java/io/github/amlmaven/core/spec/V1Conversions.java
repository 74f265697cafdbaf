package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.schema.Kind;
import io.github.amlmaven.core.spec.v1.Converted;
import io.github.amlmaven.core.spec.v1.InferenceConversion;
import io.github.amlmaven.core.spec.v1.PipelineConversion;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import java.util.List;

/** Files of the first API where the second is spoken: converted on the way, or checked by being converted. */
final class V1Conversions {

    private V1Conversions() {}

    /** A pipeline job, as if the file had been converted; fails with all that has no equivalent. */
    static CheckedSpec pipeline(CheckedSpec source, SpecProject project) {
        SpecDocument document = project.read(source.file()).document();
        Converted converted = PipelineConversion.of(document, project, source.directory());
        if (!converted.problems().isEmpty()) {
            throw AmlException.ofProblems(converted.problems());
        }
        project.chose(converted.comments());
        return new CheckedSpec(source.kind(), source.file(), converted.content());
    }

    /** The same to be published under the pipeline's own name. */
    static CheckedSpec publishedPipeline(CheckedSpec source, SpecProject project) {
        CheckedSpec converted = pipeline(source, project);
        String name = PipelineConversion.name(project.read(source.file()).document());
        ObjectNode content = converted.content().deepCopy();
        if (!name.isEmpty()) {
            content.put("name", name);
        }
        return new CheckedSpec(source.kind(), source.file(), content);
    }

    /** What is wrong with a file in itself, and what is left out of it; what only a conversion needs to know is asked by that. */
    static void check(
            Kind kind, SpecDocument document, SpecProject project, List<Problem> problems, List<Problem> warnings) {
        switch (kind.name()) {
            case "v1-pipeline" -> {
                Converted converted = PipelineConversion.of(document, project, document.directory());
                problems.addAll(converted.problems());
                warnings.addAll(converted.warnings());
            }
            case "v1-inference-configuration" -> problems.addAll(InferenceConversion.missingFiles(document, project));
            default -> {
                // The others are checked by their schema alone.
            }
        }
    }
}
