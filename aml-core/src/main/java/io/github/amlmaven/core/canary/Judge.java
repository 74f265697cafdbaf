package io.github.amlmaven.core.canary;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a candidate is measured by. A limit that is not given is none. */
public sealed interface Judge {

    /** Its name, as in the file. */
    String name();

    /** Whether it judges the answers to the canary's own requests. */
    default boolean needsRequests() {
        return !(this instanceof Query) && !(this instanceof Metric);
    }

    /**
     * The share of requests that got another answer than 2xx, or none.
     *
     * @param maximum from 0 to 1
     * @param worseBy by how much it may be above the live version's
     */
    record ErrorRate(OptionalDouble maximum, OptionalDouble worseBy) implements Judge {
        @Override
        public String name() {
            return "error_rate";
        }
    }

    /**
     * A quantile of the time until an answer was there, of requests that were answered well.
     *
     * @param quantile from 0 to 1, {@code 0.95}
     * @param maximum the longest time that is good enough
     * @param times how many times the live version's quantile it may be
     */
    record Latency(double quantile, Optional<Duration> maximum, OptionalDouble times) implements Judge {
        @Override
        public String name() {
            return "latency";
        }
    }

    /**
     * How far the predictions for the same inputs are from the live version's.
     *
     * @param maximum of the measure, from 0
     * @param tolerance up to which relative difference two numbers count as the same
     */
    record Drift(Measure measure, double maximum, double tolerance) implements Judge {

        /** What is measured. */
        public enum Measure {
            /** The share of values that differ. */
            DISAGREEMENT,
            /** The mean relative difference of numbers; other values count 1 when they differ. */
            CHANGE
        }

        @Override
        public String name() {
            return "drift";
        }
    }

    /**
     * A number that an HTTP address answers: as plain text, or within JSON; the query API of Prometheus is read as it is.
     * {@code {candidate}}, {@code {live}} and {@code {endpoint}} in the address are filled in.
     *
     * @param label what it is called
     * @param pointer JSON pointer to the number; empty for plain text and Prometheus
     * @param server whose credentials are sent, by its name in the build's own store; empty for an address that is open
     */
    record Query(
            String label,
            String url,
            Optional<String> pointer,
            Optional<String> server,
            OptionalDouble minimum,
            OptionalDouble maximum)
            implements Judge {

        @Override
        public String name() {
            return label;
        }

        URI address(String endpoint, String candidate, String live) {
            return URI.create(url.replace("{candidate}", candidate)
                    .replace("{live}", live)
                    .replace("{endpoint}", endpoint)
                    .replace(" ", "%20")
                    .replace("\"", "%22")
                    .replace("{", "%7B")
                    .replace("}", "%7D"));
        }
    }

    /**
     * A metric that Azure Monitor has of the endpoint, the candidate's part of it; read with the build's own credential.
     *
     * @param metric its name in the REST API: {@code RequestLatency_P95}, {@code RequestsPerMinute} ...
     * @param aggregation over the minutes of the window: average, minimum, maximum, total
     * @param filter further conditions on dimensions: {@code statusCodeClass eq '5xx'}
     */
    record Metric(
            String metric,
            String aggregation,
            Duration window,
            Optional<String> filter,
            OptionalDouble minimum,
            OptionalDouble maximum)
            implements Judge {

        @Override
        public String name() {
            return metric;
        }
    }
}
