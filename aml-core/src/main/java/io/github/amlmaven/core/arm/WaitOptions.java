package io.github.amlmaven.core.arm;

import java.time.Duration;

/**
 * How long to wait for a long-running operation.
 *
 * @param limit after which the wait is given up; the operation itself goes on
 * @param interval between two polls, unless the service asks for another by {@code Retry-After}
 */
public record WaitOptions(Duration limit, Duration interval) {

    public WaitOptions {
        if (limit.isNegative() || limit.isZero() || interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("limit and interval must be positive");
        }
    }

    /** The interval of Azure's own clients, 5 s (azure-ai-ml {@code LROConfigurations}). */
    public static WaitOptions upTo(Duration limit) {
        return new WaitOptions(limit, Duration.ofSeconds(5));
    }
}
