package io.github.amlmaven.core.scoring;

import java.time.Duration;

/**
 * What a model answered.
 *
 * @param name the payload's name
 * @param body as it came
 * @param requestId {@code x-ms-request-id}, empty when the server sends none
 */
public record ScoringAnswer(String name, int status, String body, Duration time, String requestId) {}
