package io.github.amlmaven.core.job;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenRequestContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.asset.OfflineAssets;
import io.github.amlmaven.core.asset.WorkspaceAssets;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.job.JobRunResult.Outcome;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.spec.JobSpec;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.spec.SpecReader;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Submits a job, follows its log until it ends, and fetches its named outputs. A job that completed before with the
 * same content can be left alone.
 */
public final class JobRun {

    /** Where AML puts logs and artifacts; not an output that somebody asked for. */
    private static final String DEFAULT_OUTPUT = "default";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final AzureClients clients;
    private final SpecReader reader;
    private final Progress progress;

    public JobRun(AzureClients clients, SpecReader reader, Progress progress) {
        this.clients = clients;
        this.reader = reader;
        this.progress = progress;
    }

    /** Runs the job to its end. */
    public JobRunResult run(JobRunRequest request) {
        JobSpec spec = new SpecLoader(reader, request.projectDirectory()).job(request.file());
        ObjectNode planned = JobRequestBody.of(spec, request, new OfflineAssets(clients.workspace()));
        String fingerprint = JobFingerprint.of(planned);
        String name =
                request.name().or(() -> Optional.ofNullable(spec.name())).orElseGet(() -> newName(request.file()));
        if (request.dryRun()) {
            return new JobRunResult(Outcome.DRY_RUN, name, "", fingerprint, Map.of(), Map.of(), "", planned);
        }
        if (request.skipUnchanged()) {
            Optional<JobRunResult> last = JobFingerprint.unchanged(request.previous(), fingerprint, planned);
            if (last.isPresent()) {
                return last.get();
            }
        }
        ObjectNode body = JobRequestBody.of(spec, request, new WorkspaceAssets(clients, progress));
        boolean pipeline = body.path("properties").path("jobType").asText().equals("Pipeline");
        JsonNode job = submit(name, body, pipeline);
        String studio = clients.studioPage(job).orElse("");
        progress.info("Submitted job " + name + (studio.isEmpty() ? "" : "; watch it at " + studio));
        RunHistory history = RunHistory.of(clients);
        JsonNode details = new JobWatch(clients, history, progress, name, pipeline).untilCompleted(request.timeout());
        JsonNode ended = clients.arm().get(id(name), ApiVersions.MACHINE_LEARNING);
        Map<String, String> outputs = download(ended, name, body, request.outputDirectory());
        return new JobRunResult(
                Outcome.COMPLETED,
                name,
                ended.path("properties").path("status").asText("Completed"),
                fingerprint,
                outputs,
                history.metrics(ended, details),
                studio,
                body);
    }

    /** A pipeline runs its steps under the submitter's identity, for which the service wants an AML token. */
    private JsonNode submit(String name, ObjectNode body, boolean pipeline) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (pipeline
                || body.path("properties")
                        .path("identity")
                        .path("identityType")
                        .asText()
                        .equals("UserIdentity")) {
            AccessToken token = clients.credential()
                    .getTokenSync(new TokenRequestContext()
                            .addScopes(clients.endpoints().machineLearningAudience() + "/.default"));
            headers.put("x-azureml-token", token.getToken());
        }
        return clients.arm().put(id(name), ApiVersions.MACHINE_LEARNING, body, headers);
    }

    private Map<String, String> download(JsonNode job, String name, ObjectNode body, Path directory) {
        JobOutputs places = new JobOutputs(clients, progress);
        Map<String, String> downloaded = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> output :
                body.path("properties").path("outputs").properties()) {
            String outputName = output.getKey();
            if (outputName.equals(DEFAULT_OUTPUT)) {
                continue;
            }
            Path target = directory.resolve(outputName);
            int files = places.folder(job, new JobOutputs.Reference(name, outputName, ""))
                    .download(target);
            progress.info(
                    "Output '" + outputName + "': " + files + (files == 1 ? " file" : " files") + " in " + target);
            if (files == 0) {
                throw AmlException.of(
                                ErrorCode.JOB_OUTPUT_EMPTY,
                                "Job " + name + " completed but wrote nothing to its output '" + outputName + "'")
                        .build();
            }
            downloaded.put(outputName, target.toString());
        }
        return downloaded;
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
