package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.job.JobCancellation;
import io.github.amlmaven.core.job.SubmittedJob;
import io.github.amlmaven.core.pipeline.BatchScoring;
import io.github.amlmaven.core.pipeline.Predictions;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.record.GoalOutcome;
import io.github.amlmaven.plugin.stop.WhenStopped;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How {@code aml:score} has a batch endpoint score files: follows the job, and says what came of it. */
final class BatchEndpointScoring {

    private final AbstractWorkspaceMojo mojo;
    private WhenStopped.@Nullable Unneeded interruption;

    BatchEndpointScoring(AbstractWorkspaceMojo mojo) {
        this.mojo = mojo;
    }

    GoalOutcome score(BatchScoring.Request request, Progress progress) {
        try (AzureClients clients = mojo.connect(progress)) {
            BatchScoring.Result result =
                    new BatchScoring(clients, progress).score(request, job -> follow(request, job, clients, progress));
            warnOfNothing(result, progress);
            return outcome(request, result);
        } finally {
            if (interruption != null) {
                interruption.close();
            }
        }
    }

    /** The job goes on whatever becomes of this build, and is found by its name. */
    private void follow(BatchScoring.Request request, SubmittedJob job, AzureClients clients, Progress progress) {
        Map<String, Object> pending = new LinkedHashMap<>();
        pending.put("endpoint", request.endpoint());
        pending.put("jobName", job.name());
        pending.put("studioUrl", job.studioUrl());
        mojo.submitted(pending);
        interruption = mojo.whenStopped(
                WhenStopped.Turn.SERVICES,
                new JobInterruption(
                        job.name(),
                        mojo.endsWithBuild() ? JobInterruption.AfterStop.ENDS_ANYWAY : JobInterruption.AfterStop.LEAVE,
                        new JobCancellation(clients),
                        progress));
    }

    private static void warnOfNothing(BatchScoring.Result result, Progress progress) {
        boolean none = result.predictions()
                .flatMap(predictions -> predictions.rows().stream().boxed().findFirst())
                .filter(rows -> rows == 0)
                .isPresent();
        if (none) {
            progress.warn("The job completed without a row: every file failed, or run() returned nothing. The log above"
                    + " counts the files that failed; how many may is error_threshold in the deployment's file, and -1 lets"
                    + " all of them.");
        }
    }

    private static GoalOutcome outcome(BatchScoring.Request request, BatchScoring.Result result) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("endpoint", result.endpoint());
        outputs.put("deployment", result.deployment());
        outputs.put("input", request.input());
        String by = "deployment " + result.deployment() + " of batch endpoint " + result.endpoint();
        return result.predictions()
                .map(predictions -> done(request, result, predictions, by, outputs))
                .orElseGet(() -> GoalOutcome.dryRun("Would score " + request.input() + " by " + by, outputs));
    }

    private static GoalOutcome done(
            BatchScoring.Request request,
            BatchScoring.Result result,
            Predictions predictions,
            String by,
            Map<String, Object> outputs) {
        double seconds = result.time().toMillis() / 1000.0;
        Path where = predictions.file().orElse(predictions.folder());
        outputs.put("jobName", result.jobName());
        outputs.put("studioUrl", result.studioUrl());
        outputs.put("jobSeconds", seconds);
        outputs.put("predictions", where.toString());
        predictions.rows().ifPresent(rows -> outputs.put("rows", rows));
        String what = predictions.rows().isEmpty()
                ? "its files are in "
                : predictions.rows().getAsLong() + (predictions.rows().getAsLong() == 1 ? " row in " : " rows in ");
        return GoalOutcome.done(
                "Job " + result.jobName() + " scored " + request.input() + " by " + by + " in "
                        + String.format(Locale.ROOT, "%.1f", seconds) + " s: " + what + where,
                outputs);
    }
}
