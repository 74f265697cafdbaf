package io.github.amlmaven.core.canary;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.HttpRequest;
import io.github.amlmaven.core.arm.ArmClient;
import io.github.amlmaven.core.canary.CanaryRequest.Interrupted;
import io.github.amlmaven.core.scoring.ModelCall;
import io.github.amlmaven.core.scoring.ScoringRequest.Payload;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.PlainServer;
import io.github.amlmaven.core.testing.ProgressLog;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Function;

/** A canary of green against blue, at a target in memory whose versions answer what a test says. */
abstract class OneCanary {

    static final Judge ERRORS = new Judge.ErrorRate(OptionalDouble.of(0.05), OptionalDouble.empty());
    static final Judge DRIFT = new Judge.Drift(Judge.Drift.Measure.DISAGREEMENT, 0.1, 1e-6);
    static final Judge LATENCY = new Judge.Latency(0.9, Optional.of(Duration.ofSeconds(20)), OptionalDouble.empty());
    static final Duration BAKE = Duration.ofMillis(600);

    final ProgressLog progress = new ProgressLog();
    PlayedTarget target = new PlayedTarget("blue=100", Map.of());
    Function<String, Answer> model = version -> Answer.json(200, "[1, {\"label\": \"red\"}]");
    Consumer<HttpRequest> seen = request -> {};
    Function<HttpRequest, Answer> queries = request -> Answer.text(404, "");

    static CanaryPlan plan(Duration bake, int samples, Judge... judges) {
        return new CanaryPlan(
                Optional.of("green"),
                List.of(
                        new CanaryStep(10, true, bake),
                        new CanaryStep(25, false, bake),
                        new CanaryStep(100, false, bake)),
                List.of(new Payload("data", "[[1]]", Optional.empty())),
                Duration.ofMillis(5),
                Duration.ofSeconds(10),
                samples,
                List.of(judges));
    }

    static CanaryRequest request(CanaryPlan plan, Interrupted interrupted) {
        return new CanaryRequest(plan, Optional.empty(), interrupted, false, false);
    }

    final CanaryResult run(CanaryPlan plan, Interrupted interrupted) {
        return canary().run(request(plan, interrupted));
    }

    final Canary canary() {
        PlainServer models = new PlainServer(request -> {
            seen.accept(request);
            return model.apply(request.getHeaders().getValue(HttpHeaderName.fromString("azureml-model-deployment")));
        });
        return new Canary(
                target,
                new ModelCall(models, progress),
                new FigureSources(
                        new PlainServer(request -> queries.apply(request)),
                        server -> "Basic for " + server,
                        new ArmClient(
                                new HttpPipelineBuilder()
                                        .httpClient(new PlainServer(request -> queries.apply(request)))
                                        .build(),
                                URI.create("https://management.azure.com"),
                                progress)),
                progress,
                Clock.systemUTC(),
                Duration.ofMillis(5));
    }
}
