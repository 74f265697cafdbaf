package io.github.amlmaven.core.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A published pipeline.
 *
 * @param componentId ARM id of the pipeline component's version
 * @param endpoint the batch endpoint's name
 * @param deployment the deployment of this version
 * @param version the version
 * @param url where it is invoked; empty in a dry run
 * @param body the component's body as sent, or as it would be sent
 */
public record PipelinePublicationResult(
        Outcome outcome,
        String componentId,
        String endpoint,
        String deployment,
        String version,
        String url,
        ObjectNode body) {

    /** What was done. */
    public enum Outcome {
        /** A version, a deployment or the default has changed. */
        PUBLISHED,
        /** Everything was as it should be. */
        UNCHANGED,
        /** Nothing was sent. */
        DRY_RUN
    }

    /** What was done, in a sentence. */
    public String sentence() {
        String what = "version " + version + " of the pipeline at endpoint " + endpoint;
        return switch (outcome) {
            case PUBLISHED -> "Published " + what + ": " + url;
            case UNCHANGED -> "Nothing has changed; " + what + " is published: " + url;
            case DRY_RUN -> "Would publish " + what;
        };
    }
}
