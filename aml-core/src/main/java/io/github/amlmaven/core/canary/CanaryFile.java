package io.github.amlmaven.core.canary;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.canary.Judge.Drift.Measure;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.scoring.ScoringPayloads;
import io.github.amlmaven.core.scoring.ScoringRequest;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.SpecLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Reads a canary's file, with all that is wrong in it at once. */
public final class CanaryFile {

    private static final String BAKE = "5m";
    /** Azure Monitor's minutes come a minute or three late. */
    private static final String WINDOW = "5m";

    private static final String INTERVAL = "1s";
    private static final String TIMEOUT = "30s";
    private static final int SAMPLES = 20;
    private static final double QUANTILE = 0.95;

    /** Numbers that differ by rounding only are the same prediction. */
    private static final double TOLERANCE = 1e-6;

    /** The service's limit for mirrored traffic. */
    private static final int MOST_MIRRORED = 50;

    private final SpecLoader loader;
    private final CheckedSpec spec;
    private final List<Problem> problems = new ArrayList<>();

    private CanaryFile(SpecLoader loader, CheckedSpec spec) {
        this.loader = loader;
        this.spec = spec;
    }

    /** @throws AmlException with every problem's place */
    public static CanaryPlan read(SpecLoader loader, Path file) {
        return new CanaryFile(loader, loader.canary(file)).plan();
    }

    private CanaryPlan plan() {
        ObjectNode probe = spec.object("probe") == null ? spec.content().objectNode() : spec.object("probe");
        Duration bake = time(BAKE, spec.text("bake"), "bake");
        List<CanaryStep> steps = steps(bake);
        List<Judge> judges = judges();
        Duration interval = time(INTERVAL, CheckedSpec.text(probe, "interval"), "probe", "interval");
        Duration timeout = time(TIMEOUT, CheckedSpec.text(probe, "timeout"), "probe", "timeout");
        boolean inputs = probe.hasNonNull("file") || probe.hasNonNull("data");
        if (!inputs && judges.stream().anyMatch(judge -> judge.needsRequests())) {
            problem("judges of answers need requests: set probe.file or probe.data", "judges");
        }
        if (!problems.isEmpty()) {
            throw AmlException.ofProblems(problems);
        }
        return new CanaryPlan(
                Optional.ofNullable(spec.text("candidate")),
                steps,
                inputs ? payloads(probe) : List.of(),
                interval,
                timeout,
                Math.max(1, spec.content().path("minimum_samples").asInt(SAMPLES)),
                judges);
    }

    private List<ScoringRequest.Payload> payloads(ObjectNode probe) {
        return ScoringPayloads.read(
                Optional.ofNullable(probe.get("data"))
                        .filter(data -> !data.isNull())
                        .map(data -> data.isTextual() ? data.asText() : data.toString()),
                Optional.ofNullable(CheckedSpec.text(probe, "file"))
                        .map(file -> spec.directory().resolve(file)),
                Optional.empty(),
                Optional.empty());
    }

    private List<CanaryStep> steps(Duration bake) {
        List<CanaryStep> steps = new ArrayList<>();
        int former = 0;
        for (JsonNode step : spec.content().path("steps")) {
            boolean mirror = step.has("mirror");
            int percent = step.path(mirror ? "mirror" : "traffic").asInt();
            if (mirror == step.has("traffic")) {
                problem(
                        "step " + (steps.size() + 1)
                                + (mirror
                                        ? " has both 'mirror' and 'traffic': make it two steps, the mirror first"
                                        : " has neither 'mirror' nor 'traffic'"),
                        "steps");
            } else if (percent < 1 || percent > (mirror ? MOST_MIRRORED : 100)) {
                problem(
                        "step " + (steps.size() + 1) + ": " + percent + " is not a percentage from 1 to "
                                + (mirror ? MOST_MIRRORED : 100),
                        "steps");
            } else if (mirror && former > 0) {
                problem("step " + (steps.size() + 1) + ": nothing can be mirrored after live traffic", "steps");
            } else if (!mirror && percent <= former) {
                problem("step " + (steps.size() + 1) + ": " + percent + " is not more than " + former, "steps");
            }
            former = mirror ? former : Math.max(former, percent);
            Duration own =
                    step.hasNonNull("bake") ? time(BAKE, step.path("bake").asText(), "steps") : bake;
            steps.add(new CanaryStep(percent, mirror, own));
        }
        if (steps.isEmpty()) {
            problem("there is no step", "steps");
        }
        return steps;
    }

    private List<Judge> judges() {
        List<Judge> judges = new ArrayList<>();
        for (JsonNode judge : spec.content().path("judges")) {
            judges.add(judge((ObjectNode) judge));
        }
        if (judges.isEmpty()) {
            problem("there is no judge", "judges");
        }
        return judges;
    }

    private Judge judge(ObjectNode judge) {
        String type = judge.path("type").asText();
        OptionalDouble maximum = type.equals("latency") ? OptionalDouble.empty() : number(judge, "maximum");
        switch (type) {
            case "error_rate" -> {
                needsOne(judge, "maximum", "worse_by");
                return new Judge.ErrorRate(maximum, number(judge, "worse_by"));
            }
            case "latency" -> {
                needsOne(judge, "maximum", "times_live");
                double quantile = number(judge, "quantile").orElse(QUANTILE);
                if (!(quantile > 0 && quantile <= 1)) {
                    problem("latency: quantile " + quantile + " is not from 0 to 1", "judges");
                }
                return new Judge.Latency(
                        quantile,
                        Optional.ofNullable(CheckedSpec.text(judge, "maximum"))
                                .map(text -> time(TIMEOUT, text, "judges")),
                        number(judge, "times_live"));
            }
            case "drift" -> {
                return new Judge.Drift(
                        Measure.valueOf(
                                judge.path("measure").asText("disagreement").toUpperCase(Locale.ROOT)),
                        maximum.orElse(0),
                        number(judge, "tolerance").orElse(TOLERANCE));
            }
            case "metric" -> {
                needsOne(judge, "minimum", "maximum");
                return new Judge.Metric(
                        judge.path("metric").asText(),
                        judge.path("aggregation").asText("average"),
                        time(WINDOW, CheckedSpec.text(judge, "window"), "judges"),
                        Optional.ofNullable(CheckedSpec.text(judge, "filter")),
                        number(judge, "minimum"),
                        maximum);
            }
            default -> {
                needsOne(judge, "minimum", "maximum");
                return new Judge.Query(
                        judge.path("name").asText("query"),
                        judge.path("url").asText(),
                        Optional.ofNullable(CheckedSpec.text(judge, "pointer")),
                        Optional.ofNullable(CheckedSpec.text(judge, "server")),
                        number(judge, "minimum"),
                        maximum);
            }
        }
    }

    private void needsOne(ObjectNode judge, String one, String other) {
        if (!judge.hasNonNull(one) && !judge.hasNonNull(other)) {
            problem(judge.path("type").asText() + " needs '" + one + "' or '" + other + "'", "judges");
        }
    }

    private static OptionalDouble number(ObjectNode object, String key) {
        JsonNode value = object.get(key);
        return value == null || value.isNull() ? OptionalDouble.empty() : OptionalDouble.of(value.asDouble());
    }

    private Duration time(String otherwise, @Nullable String given, String... path) {
        String text = given == null ? otherwise : given.strip();
        String iso = text.toUpperCase(Locale.ROOT);
        String standard = iso.endsWith("MS") ? iso.substring(0, iso.length() - 2) : iso;
        try {
            Duration time = iso.endsWith("MS")
                    ? Duration.ofMillis(Long.parseLong(standard))
                    : Duration.parse(iso.startsWith("P") ? iso : "PT" + iso);
            if (!time.isNegative() && !time.isZero()) {
                return time;
            }
        } catch (DateTimeParseException | NumberFormatException e) {
            problem("'" + text + "' is no time; write 90s, 30m, 2h or 300ms", path);
            return Duration.ofSeconds(1);
        }
        problem("'" + text + "' is no time; write 90s, 30m, 2h or 300ms", path);
        return Duration.ofSeconds(1);
    }

    private void problem(String message, String... path) {
        problems.add(new Problem(ErrorCode.SPEC_BAD_VALUE, loader.location(spec.file(), path), message));
    }
}
