package io.github.amlmaven.core.job;

/**
 * A job that the workspace has taken and that goes on whatever becomes of this build.
 *
 * @param name in the workspace; by it the job is found again
 * @param fingerprint what tells whether the same job would be run again; empty for a job of another origin
 * @param studioUrl where to look at it; empty when the service names no place
 */
public record SubmittedJob(String name, String fingerprint, String studioUrl) {}
