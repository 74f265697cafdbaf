package io.github.amlmaven.core.model;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What became of a registration.
 *
 * @param outcome what was done
 * @param model the version; in a dry run the version that would be written
 * @param body the request body that was or would be sent
 */
public record ModelRegistrationResult(Outcome outcome, RegisteredModel model, ObjectNode body) {

    /** What was done. */
    public enum Outcome {
        /** A version was written. */
        REGISTERED,
        /** A version with this content was there. */
        UNCHANGED,
        /** A dry run: a version would be written. */
        WOULD_REGISTER,
        /** A dry run: a version with this content is there. */
        WOULD_KEEP
    }

    /** One line for the user. */
    public String sentence() {
        String named = model.name() + ":" + model.version();
        return switch (outcome) {
            case REGISTERED -> "Registered model " + named;
            case UNCHANGED -> "Model " + named + " has this content already; nothing was registered";
            case WOULD_REGISTER -> "Would register model " + named;
            case WOULD_KEEP -> "Model " + named + " has this content already; nothing would be registered";
        };
    }
}
