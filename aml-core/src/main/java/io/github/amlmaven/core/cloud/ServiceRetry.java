package io.github.amlmaven.core.cloud;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.RequestRetryCondition;
import com.azure.core.http.policy.RetryStrategy;
import io.github.amlmaven.core.arm.ArmErrors;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;

/**
 * When a request is sent again: throttling, server errors, broken connections. azure-core's policy waits as long as
 * {@code Retry-After} asks for; a wish above {@link #longestWait} ends the attempts at once, since a build that sleeps
 * for hours helps nobody.
 */
final class ServiceRetry implements RetryStrategy {

    private static final Set<Integer> WORTH_IT = Set.of(408, 429, 500, 502, 503, 504);
    private static final HttpHeaderName MS_RETRY_AFTER = HttpHeaderName.fromString("x-ms-retry-after-ms");
    private static final HttpHeaderName RETRY_AFTER_MS = HttpHeaderName.fromString("retry-after-ms");

    private final int attempts;
    private final Duration base;
    private final Duration cap;
    private final Duration longestWait;
    private final Progress progress;

    private ServiceRetry(int attempts, Duration base, Duration cap, Duration longestWait, Progress progress) {
        this.attempts = attempts;
        this.base = base;
        this.cap = cap;
        this.longestWait = longestWait;
        this.progress = progress;
    }

    /** Azure: 5 attempts, 0.8 s doubling to at most 20 s, {@code Retry-After} up to 5 minutes. */
    static ServiceRetry remote(Progress progress) {
        return new ServiceRetry(5, Duration.ofMillis(800), Duration.ofSeconds(20), Duration.ofMinutes(5), progress);
    }

    /** One machine: what does not answer now will not answer later. */
    static ServiceRetry local(Progress progress) {
        return new ServiceRetry(3, Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofSeconds(10), progress);
    }

    @Override
    public int getMaxRetries() {
        return attempts - 1;
    }

    /** Full jitter: anything up to the doubled delay, so that parallel builds do not come back together. */
    @Override
    public Duration calculateRetryDelay(int retryAttempts) {
        long ceiling = Math.min(cap.toMillis(), base.toMillis() << Math.min(retryAttempts, 16));
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(base.toMillis() / 2, ceiling + 1));
    }

    @Override
    public boolean shouldRetry(HttpResponse response) {
        if (!WORTH_IT.contains(response.getStatusCode())) {
            return false;
        }
        Optional<Duration> asked = askedDelay(response);
        if (asked.isPresent() && asked.get().compareTo(longestWait) > 0) {
            progress.warn(
                    "The service asks to wait " + asked.get().toSeconds() + " s before the next request; giving up");
            return false;
        }
        asked.filter(delay -> delay.compareTo(Duration.ofSeconds(2)) > 0)
                .ifPresent(delay -> progress.info("The service is busy (" + response.getStatusCode()
                        + ") and asks to wait " + delay.toSeconds() + " s"));
        return true;
    }

    @Override
    public boolean shouldRetryException(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLHandshakeException
                    || cause instanceof AmlException
                    || ArmErrors.isInterruption(cause)) {
                return false;
            }
            if (cause instanceof IOException || cause instanceof TimeoutException) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean shouldRetryCondition(RequestRetryCondition condition) {
        if (condition.getResponse() != null) {
            return shouldRetry(condition.getResponse());
        }
        return condition.getThrowable() != null && shouldRetryException(condition.getThrowable());
    }

    private static Optional<Duration> askedDelay(HttpResponse response) {
        for (HttpHeaderName name : new HttpHeaderName[] {MS_RETRY_AFTER, RETRY_AFTER_MS}) {
            String millis = response.getHeaderValue(name);
            if (millis != null && millis.matches("\\d{1,15}")) {
                return Optional.of(Duration.ofMillis(Long.parseLong(millis)));
            }
        }
        String header = response.getHeaderValue(HttpHeaderName.RETRY_AFTER);
        if (header == null) {
            return Optional.empty();
        }
        if (header.matches("\\d{1,12}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(header)));
        }
        try {
            Instant when = ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(Duration.between(Instant.now(), when));
        } catch (DateTimeException neitherNumberNorDate) {
            return Optional.empty();
        }
    }
}
