package io.github.amlmaven.core.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A run of a published pipeline.
 *
 * @param jobName the job's name; empty in a dry run
 * @param jobId the job's ARM id; empty in a dry run
 * @param studioUrl where to watch it; empty when the service names none
 * @param deployment the deployment that runs
 * @param completed whether its end was waited for
 * @param body the request as sent, or as it would be sent
 */
public record PipelineInvocationResult(
        String jobName, String jobId, String studioUrl, String deployment, boolean completed, ObjectNode body) {}
