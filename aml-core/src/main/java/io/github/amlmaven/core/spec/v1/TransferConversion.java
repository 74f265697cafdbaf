package io.github.amlmaven.core.spec.v1;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.yaml.SpecDocument;

/** A DataTransferStep as a step of type {@code data_transfer} that copies data. */
final class TransferConversion {

    private final V1Node step;
    private final SpecDocument document;
    private final Ports ports;
    private final Notes notes;

    TransferConversion(V1Node step, SpecDocument document, Ports ports, Notes notes) {
        this.step = step;
        this.document = document;
        this.ports = ports;
        this.notes = notes;
    }

    void apply(ObjectNode converted) {
        converted.put("type", "data_transfer").put("task", "copy_data");
        step.text("name").ifPresent(name -> converted.put("display_name", name));
        converted.put("data_copy_mode", "merge_with_overwrite");
        notes.comment(
                "data_copy_mode",
                step.location("type"),
                "as v1 did; fail_if_conflict ends the step when a file is there already");
        step.text("compute")
                .or(() -> step.text("adla_compute_name"))
                .ifPresent(compute -> converted.put("compute", RunSettings.compute(compute)));
        if (step.child("source_data_reference").isEmpty()
                || step.child("destination_data_reference").isEmpty()) {
            notes.problem(
                    ErrorCode.SPEC_MISSING_KEY,
                    step.location(),
                    "a DataTransferStep needs 'source_data_reference' and 'destination_data_reference'");
            return;
        }
        converted.set("inputs", ports.wiredInputs("source_data_reference"));
        ObjectNode outputs = converted.putObject("outputs");
        step.child("destination_data_reference").children().forEach((name, target) -> {
            ObjectNode output = outputs.putObject(Ports.name(name)).put("type", "uri_folder");
            V1Node reference =
                    PipelineConversion.reference(document, target.text("source").orElse(""), notes.reads());
            if (reference.isEmpty()) {
                notes.at("outputs")
                        .comment(
                                Ports.name(name),
                                target.location("source"),
                                "'" + target.text("source").orElse("")
                                        + "' is no data reference, so that v2 puts what is"
                                        + " copied in a folder of each run; write 'path' for another place");
            } else {
                output.put("path", PipelineConversion.uri(reference));
            }
        });
    }
}
