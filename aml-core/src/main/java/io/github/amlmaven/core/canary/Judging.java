package io.github.amlmaven.core.canary;

import io.github.amlmaven.core.canary.Judge.Drift;
import io.github.amlmaven.core.canary.Judge.ErrorRate;
import io.github.amlmaven.core.canary.Judge.Latency;
import io.github.amlmaven.core.canary.Judge.Metric;
import io.github.amlmaven.core.canary.Judge.Query;
import io.github.amlmaven.core.traffic.TrafficTarget;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Applies a plan's judges to what was sampled. */
final class Judging {

    /** Two-sided 99 %: a step is cut short only when waiting on would hardly change what is said. */
    private static final double Z = 2.576;

    private static final String MORE_REQUESTS =
            "Give it more time or requests in the canary's file: bake, probe.interval, minimum_samples.";
    private static final String OTHER_REQUESTS =
            "Look at the requests of probe in the canary's file: the live version does not answer them either.";

    private static final String LIVE_FAILS =
            "The live version has too few good answers to compare with: mend it, take traffic from it with 'mvn aml:traffic', or"
                    + " judge by what needs no comparison (latency by maximum alone).";

    private final CanaryPlan plan;
    private final String candidate;
    private final String live;
    private final QueryCall queries;
    private final MetricCall metrics;

    Judging(CanaryPlan plan, TrafficTarget target, String candidate, String live, FigureSources sources) {
        this.plan = plan;
        this.candidate = candidate;
        this.live = live;
        this.queries = new QueryCall(sources, target.name(), candidate, live);
        this.metrics = new MetricCall(sources.arm(), target.id(), candidate);
    }

    /** What all judges say at the end of a step. */
    List<Finding> atTheEnd(Samples samples) {
        return plan.judges().stream().map(judge -> atTheEnd(judge, samples)).toList();
    }

    /** What judges of requests would say of a step that is cut short; others are not asked. */
    List<Finding> soFar(Samples samples) {
        return plan.judges().stream()
                .filter(judge -> judge.needsRequests())
                .map(judge -> sampled(judge, samples))
                .toList();
    }

    private Finding atTheEnd(Judge judge, Samples samples) {
        if (judge instanceof Query query) {
            return queries.judge(query);
        }
        return judge instanceof Metric metric ? metrics.judge(metric) : sampled(judge, samples);
    }

    /** Judges of requests that have seen enough already to say no; others are not heard. */
    List<Finding> early(Samples samples) {
        if (samples.size() < plan.minimumSamples()) {
            return List.of();
        }
        return plan.judges().stream()
                .filter(judge -> isHopeless(judge, samples))
                .map(judge -> sampled(judge, samples))
                .filter(finding -> finding.verdict() == Verdict.FAIL)
                .toList();
    }

    private boolean isHopeless(Judge judge, Samples samples) {
        if (judge instanceof ErrorRate errors) {
            int n = samples.size();
            int bad = n - Samples.good(samples.candidate());
            return lowerBound(bad, n) > errorLimit(errors, samples);
        }
        if (judge instanceof Latency latency) {
            OptionalDouble limit = latencyLimit(latency, samples);
            int n = Samples.good(samples.candidate());
            long slow = samples.candidate().stream()
                    .filter(Samples.Sample::good)
                    .filter(sample -> limit.isPresent() && sample.time().toNanos() / 1e6 > limit.getAsDouble())
                    .count();
            return n >= plan.minimumSamples() && lowerBound(slow, n) > 1 - latency.quantile();
        }
        if (judge instanceof Drift drift) {
            List<Samples.Pair> pairs = samples.comparable();
            double[] each = pairs.stream()
                    .mapToDouble(pair -> PredictionDrift.of(drift, List.of(pair)))
                    .toArray();
            return pairs.size() >= plan.minimumSamples() && lowerBoundOfMean(each) > drift.maximum();
        }
        return false;
    }

    /** Wilson's score interval. */
    static double lowerBound(long hits, long n) {
        if (n == 0) {
            return 0;
        }
        double p = (double) hits / n;
        double z2 = Z * Z;
        return (p + z2 / (2 * n) - Z * Math.sqrt(p * (1 - p) / n + z2 / (4.0 * n * n))) / (1 + z2 / n);
    }

    private static double lowerBoundOfMean(double[] values) {
        double mean = java.util.Arrays.stream(values).average().orElse(0);
        double variance = java.util.Arrays.stream(values)
                        .map(value -> (value - mean) * (value - mean))
                        .sum()
                / Math.max(1, values.length - 1);
        return mean - Z * Math.sqrt(variance / Math.max(1, values.length));
    }

    private Finding sampled(Judge judge, Samples samples) {
        if (judge instanceof ErrorRate errors) {
            return errorRate(errors, samples);
        }
        if (judge instanceof Latency latency) {
            return latency(latency, samples);
        }
        return drift((Drift) judge, samples);
    }

    private static double errorLimit(ErrorRate judge, Samples samples) {
        double relative = judge.worseBy().isPresent()
                ? Samples.errorRate(samples.live()) + judge.worseBy().getAsDouble()
                : Double.MAX_VALUE;
        return Math.min(judge.maximum().orElse(Double.MAX_VALUE), relative);
    }

    private Finding errorRate(ErrorRate judge, Samples samples) {
        double rate = Samples.errorRate(samples.candidate());
        double other = Samples.errorRate(samples.live());
        double limit = errorLimit(judge, samples);
        String figures = "error rate of " + candidate + " is " + number(rate) + ", of " + live + " " + number(other)
                + " (limit " + number(limit) + ", " + samples.size() + " requests each)";
        if (samples.size() < plan.minimumSamples()) {
            return errorRate(judge, Verdict.INCONCLUSIVE, samples, tooFew(figures), MORE_REQUESTS);
        }
        if (rate <= limit) {
            return errorRate(judge, Verdict.PASS, samples, figures, "");
        }
        // What fails at both is the request's or the endpoint's fault; it says nothing about the candidate.
        return other >= rate
                ? errorRate(
                        judge,
                        Verdict.INCONCLUSIVE,
                        samples,
                        figures + ": the live version does no better, so it may be the request",
                        OTHER_REQUESTS)
                : errorRate(judge, Verdict.FAIL, samples, figures, "");
    }

    private Finding errorRate(ErrorRate judge, Verdict verdict, Samples samples, String sentence, String remedy) {
        return new Finding(
                judge.name(),
                verdict,
                OptionalDouble.of(Samples.errorRate(samples.candidate())),
                OptionalDouble.of(Samples.errorRate(samples.live())),
                OptionalDouble.of(errorLimit(judge, samples)),
                samples.size(),
                Samples.failures(samples.candidate()),
                withFailures(sentence, samples),
                remedy);
    }

    /** Says how the candidate failed: {@code green answered 9 x 500, 3 x 429}. */
    private String withFailures(String sentence, Samples samples) {
        Map<Integer, Integer> failures = Samples.failures(samples.candidate());
        if (failures.isEmpty()) {
            return sentence;
        }
        return sentence + (sentence.endsWith(")") ? ": " : "; ") + candidate + " answered "
                + failures.entrySet().stream()
                        .map(count -> count.getValue() + " x "
                                + (count.getKey() == 0
                                        ? "nothing"
                                        : count.getKey().toString()))
                        .collect(Collectors.joining(", "));
    }

    private OptionalDouble latencyLimit(Latency judge, Samples samples) {
        OptionalDouble other = Samples.quantile(samples.live(), judge.quantile());
        double absolute = judge.maximum().map(time -> time.toNanos() / 1e6).orElse(Double.MAX_VALUE);
        double relative = judge.times().isPresent() && other.isPresent()
                ? judge.times().getAsDouble() * other.getAsDouble()
                : Double.MAX_VALUE;
        double limit = Math.min(absolute, relative);
        return limit == Double.MAX_VALUE ? OptionalDouble.empty() : OptionalDouble.of(limit);
    }

    private Finding latency(Latency judge, Samples samples) {
        OptionalDouble time = Samples.quantile(samples.candidate(), judge.quantile());
        OptionalDouble other = Samples.quantile(samples.live(), judge.quantile());
        OptionalDouble limit = latencyLimit(judge, samples);
        boolean compares = judge.times().isPresent();
        int good = Samples.good(samples.candidate());
        int n = compares ? Math.min(good, Samples.good(samples.live())) : good;
        String figures = "p" + number(judge.quantile() * 100) + " latency of " + candidate + " is " + milliseconds(time)
                + ", of " + live + " " + milliseconds(other) + " (limit " + milliseconds(limit) + ", " + n
                + (compares ? " good answers each)" : " good answers)");
        if (n < plan.minimumSamples() || time.isEmpty() || limit.isEmpty()) {
            return new Finding(
                    judge.name(),
                    Verdict.INCONCLUSIVE,
                    time,
                    other,
                    limit,
                    n,
                    Samples.failures(samples.candidate()),
                    withFailures(tooFew(figures), samples),
                    good >= plan.minimumSamples() ? LIVE_FAILS : MORE_REQUESTS);
        }
        Verdict verdict = time.getAsDouble() <= limit.getAsDouble() ? Verdict.PASS : Verdict.FAIL;
        return new Finding(judge.name(), verdict, time, other, limit, n, Map.of(), figures, "");
    }

    private Finding drift(Drift judge, Samples samples) {
        List<Samples.Pair> pairs = samples.comparable();
        OptionalDouble drift =
                pairs.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(PredictionDrift.of(judge, pairs));
        String figures = "prediction drift (" + judge.measure().name().toLowerCase(Locale.ROOT) + ") of " + candidate
                + " from " + live + " is " + (drift.isEmpty() ? "unknown" : number(drift.getAsDouble())) + " (limit "
                + number(judge.maximum()) + ", " + pairs.size()
                + " pairs of answers)";
        Verdict verdict = drift.isEmpty() || pairs.size() < plan.minimumSamples()
                ? Verdict.INCONCLUSIVE
                : drift.getAsDouble() <= judge.maximum() ? Verdict.PASS : Verdict.FAIL;
        return new Finding(
                judge.name(),
                verdict,
                drift,
                OptionalDouble.empty(),
                OptionalDouble.of(judge.maximum()),
                pairs.size(),
                verdict == Verdict.INCONCLUSIVE ? Samples.failures(samples.candidate()) : Map.of(),
                verdict == Verdict.INCONCLUSIVE ? withFailures(tooFew(figures), samples) : figures,
                verdict != Verdict.INCONCLUSIVE
                        ? ""
                        : Samples.good(samples.candidate()) >= plan.minimumSamples()
                                        && Samples.good(samples.live()) < plan.minimumSamples()
                                ? LIVE_FAILS
                                : MORE_REQUESTS);
    }

    private String tooFew(String figures) {
        return figures + ": fewer than minimum_samples " + plan.minimumSamples();
    }

    private static String milliseconds(OptionalDouble time) {
        return time.isEmpty() ? "unknown" : String.format(Locale.ROOT, "%.0f ms", time.getAsDouble());
    }

    static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.4g", value).replaceAll("(\\.\\d*?)0+$", "$1");
    }
}
