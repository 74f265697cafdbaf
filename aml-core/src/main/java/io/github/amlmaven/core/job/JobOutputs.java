package io.github.amlmaven.core.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.storage.BlobFolder;
import io.github.amlmaven.core.storage.DatastoreAccess;
import io.github.amlmaven.core.storage.DatastoreUri;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a job's outputs are. The job says it ({@code properties.outputs.*.uri}); where it does not, the places that
 * azure-ai-ml looks at ({@code operations/_job_operations.py}): {@code azureml/{job}/{output}/} and
 * {@code dataset/{job}/{output}/} of the default datastore, and {@code ExperimentRun/dcid.{job}/} of the artifact store.
 */
public final class JobOutputs {

    private static final String ARTIFACTS = "workspaceartifactstore";
    private static final Pattern OUTPUT =
            Pattern.compile("azureml://jobs/([^/]+)/outputs/([^/]+)(?:/paths(?:/(.*))?)?");
    private static final Pattern RUN = Pattern.compile("runs:/([^/]+)(?:/(.*))?");

    private final AzureClients clients;
    private final DatastoreAccess datastores;
    private final Progress progress;

    public JobOutputs(AzureClients clients, Progress progress) {
        this.clients = clients;
        this.datastores = new DatastoreAccess(clients);
        this.progress = progress;
    }

    /**
     * What an output reference names.
     *
     * @param job the job's name
     * @param output the output's name; {@code artifacts} for {@code runs:/}
     * @param path below the output
     */
    public record Reference(String job, String output, String path) {

        /** Reads {@code azureml://jobs/...} and {@code runs:/...}. */
        public static Optional<Reference> parse(String text) {
            Matcher output = OUTPUT.matcher(text);
            if (output.matches()) {
                return Optional.of(new Reference(
                        output.group(1), output.group(2), output.group(3) == null ? "" : output.group(3)));
            }
            Matcher run = RUN.matcher(text);
            return run.matches()
                    ? Optional.of(new Reference(run.group(1), "artifacts", run.group(2) == null ? "" : run.group(2)))
                    : Optional.empty();
        }
    }

    /** The blobs that a reference names. */
    public BlobFolder folder(Reference reference) {
        return folder(job(reference.job()), reference);
    }

    /** The blobs that a reference to a known job names. */
    public BlobFolder folder(JsonNode job, Reference reference) {
        JsonNode outputs = job.path("properties").path("outputs");
        String uri = outputs.path(reference.output()).path("uri").asText("");
        if (uri.isEmpty() && isArtifacts(reference.output())) {
            uri = outputs.path("default").path("uri").asText("");
        }
        Optional<DatastoreUri> place = DatastoreUri.parse(
                uri.replace("${{name}}", reference.job()).replace("${{output_name}}", reference.output()));
        if (place.isPresent()) {
            return open(place.get().resolve(reference.path()));
        }
        return usualPlaces(reference);
    }

    private BlobFolder usualPlaces(Reference reference) {
        if (isArtifacts(reference.output())) {
            return open(new DatastoreUri(ARTIFACTS, "ExperimentRun/dcid." + reference.job() + "/")
                    .resolve(reference.path()));
        }
        for (String root : List.of("azureml/", "dataset/")) {
            BlobFolder folder = open(
                    new DatastoreUri(DatastoreAccess.DEFAULT, root + reference.job() + "/" + reference.output() + "/")
                            .resolve(reference.path()));
            if (!folder.entries().isEmpty()) {
                return folder;
            }
        }
        throw AmlException.of(
                        ErrorCode.ARM_NOT_FOUND,
                        "Job " + reference.job() + " has no output '" + reference.output() + "'")
                .remedy("Look at the job's outputs in the studio; has it completed?")
                .build();
    }

    /** The blobs at a datastore path. */
    public BlobFolder open(DatastoreUri place) {
        return new BlobFolder(
                datastores.container(datastores.datastore(place.datastore()), progress),
                datastores.limits(),
                place.path(),
                progress);
    }

    private JsonNode job(String name) {
        return clients.arm().get(clients.workspace().armId() + "/jobs/" + name, ApiVersions.MACHINE_LEARNING);
    }

    private static boolean isArtifacts(String output) {
        return output.equals("artifacts") || output.equals("default");
    }
}
