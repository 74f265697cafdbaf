package io.github.amlmaven.core.job;

import com.azure.core.credential.AccessToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.asset.OfflineAssets;
import io.github.amlmaven.core.asset.WorkspaceAssets;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.job.JobRunResult.Outcome;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.spec.JobSpec;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Submits a job, follows its log until it ends, and fetches its named outputs. A job that completed before with the
 * same content can be left alone.
 */
public final class JobRun {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final AzureClients clients;
    private final SpecReader reader;
    private final Progress progress;

    public JobRun(AzureClients clients, SpecReader reader, Progress progress) {
        this.clients = clients;
        this.reader = reader;
        this.progress = progress;
    }

    /**
     * Runs the job to its end, or only submits it.
     *
     * @param submitted told as soon as the workspace has the job, before anything is waited for
     */
    public JobRunResult run(JobRunRequest request, Consumer<SubmittedJob> submitted) {
        SpecLoader loader = new SpecLoader(reader, request.projectDirectory());
        JobSpec spec = loader.job(request.file());
        loader.warnings().forEach(warning -> progress.warnOnce(warning.toString()));
        loader.choices().forEach(progress::info);
        ObjectNode planned = JobRequestBody.of(spec, request, new OfflineAssets(clients.workspace()));
        String fingerprint = JobFingerprint.of(planned);
        String name =
                request.name().or(() -> Optional.ofNullable(spec.name())).orElseGet(() -> newName(request.file()));
        if (request.dryRun()) {
            return unfinished(Outcome.DRY_RUN, new SubmittedJob(name, fingerprint, ""), planned);
        }
        if (request.skipUnchanged()) {
            Optional<JobRunResult> last = JobFingerprint.unchanged(request.previous(), fingerprint, planned);
            if (last.isPresent()) {
                return last.get();
            }
        }
        ObjectNode body = JobRequestBody.of(spec, request, new WorkspaceAssets(clients, progress));
        ObjectNode answer = submit(name, body, JobFollow.isPipeline(body));
        SubmittedJob job =
                new SubmittedJob(name, fingerprint, clients.studioPage(answer).orElse(""));
        submitted.accept(job);
        new MetricsReport(request.reportDirectory()).clear();
        progress.info("Submitted job " + name + (job.studioUrl().isEmpty() ? "" : "; watch it at " + job.studioUrl()));
        if (!request.waitForEnd()) {
            return unfinished(Outcome.SUBMITTED, job, body);
        }
        return new JobFollow(clients, progress)
                .follow(
                        job,
                        body,
                        new JobFollow.Terms(
                                request.timeout(),
                                request.cancelOnInterrupt(),
                                request.outputDirectory(),
                                request.reportDirectory()));
    }

    private static JobRunResult unfinished(Outcome outcome, SubmittedJob job, ObjectNode body) {
        return new JobRunResult(outcome, job.name(), "", job.fingerprint(), Map.of(), Map.of(), job.studioUrl(), body);
    }

    /** A pipeline runs its steps under the submitter's identity, for which the service wants an AML token. */
    private ObjectNode submit(String name, ObjectNode body, boolean pipeline) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (pipeline
                || body.path("properties")
                        .path("identity")
                        .path("identityType")
                        .asText()
                        .equals("UserIdentity")) {
            AccessToken token = clients.token(clients.endpoints().machineLearningAudience());
            headers.put("x-azureml-token", token.getToken());
        }
        return clients.arm().put(id(name), ApiVersions.MACHINE_LEARNING, body, headers);
    }

    private String id(String name) {
        return clients.workspace().armId() + "/jobs/" + name;
    }

    /** Speaking and new: the file's name and eight random characters. */
    private static String newName(Path file) {
        String stem = String.valueOf(file.getFileName())
                .replaceFirst("\\.[^.]*$", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9_-]+", "-");
        String base = stem.isEmpty() || !Character.isLetterOrDigit(stem.charAt(0)) ? "job" + stem : stem;
        return base + "-" + Long.toString(RANDOM.nextLong() >>> 23, 36);
    }
}
