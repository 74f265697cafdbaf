package io.github.amlmaven.emulator.mlflow;

import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.job.data.DataLocations;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file or folder in a datastore, and the URIs by which MLflow's clients name it. Plain MLflow reads {@code
 * mlflow-artifacts:} through the tracking server, azureml-mlflow reads {@code azureml:} through AML's artifact API.
 *
 * @param path without a leading slash
 */
record ArtifactPlace(String datastore, String path) {

    /** azureml-mlflow: _store/artifact/utils.py, {@code _ARTIFACT_URI_REGEX}. */
    private static final Pattern OF_RUN =
            Pattern.compile("azureml://[^/]+/mlflow/.+/experiments/[^/]+/runs/([^/]+)/artifacts(?:/(.*))?");

    private static final Pattern OF_ORIGIN = Pattern.compile("azureml://artifacts/(.+)");
    private static final Pattern PROXIED = Pattern.compile("mlflow-artifacts:/+([^/]+)/(.+)");
    private static final Pattern RUNS = Pattern.compile("runs:/+([^/]+)/?(.*)");
    private static final Pattern JOBS =
            Pattern.compile("azureml://jobs/([^/]+)/outputs/(?:artifacts|default)/paths/?(.*)");
    private static final Pattern DATASTORE =
            Pattern.compile("azureml://(?:.+/)?datastores/([^/]+)/paths/(.*)", Pattern.CASE_INSENSITIVE);

    /** A run's artifacts. */
    static ArtifactPlace of(String run, String path) {
        String folder = "ExperimentRun/dcid." + run;
        return new ArtifactPlace(
                DataLocations.ARTIFACT_DATASTORE, path == null || path.isEmpty() ? folder : folder + "/" + path);
    }

    /** The place that a URI names, in any of the forms that clients send; empty for another form. */
    static Optional<ArtifactPlace> parse(String uri) {
        for (Pattern pattern : new Pattern[] {OF_RUN, RUNS, JOBS}) {
            Matcher matcher = pattern.matcher(uri);
            if (matcher.matches()) {
                return Optional.of(of(matcher.group(1), matcher.group(2)));
            }
        }
        Matcher origin = OF_ORIGIN.matcher(uri);
        if (origin.matches()) {
            return Optional.of(new ArtifactPlace(DataLocations.ARTIFACT_DATASTORE, origin.group(1)));
        }
        for (Pattern pattern : new Pattern[] {PROXIED, DATASTORE}) {
            Matcher matcher = pattern.matcher(uri);
            if (matcher.matches()) {
                return Optional.of(new ArtifactPlace(matcher.group(1), matcher.group(2)));
            }
        }
        return Optional.empty();
    }

    /** As AML keeps it in a model version. */
    String uri(ResourceId workspace) {
        return "azureml://subscriptions/" + workspace.segment("subscriptions") + "/resourcegroups/"
                + workspace.segment("resourceGroups") + "/workspaces/" + workspace.name() + "/datastores/" + datastore
                + "/paths/" + path;
    }

    /** As the asking client reads it. */
    String uri(Exchange exchange) {
        return plugin(exchange) ? "azureml://artifacts/" + path : "mlflow-artifacts:/" + datastore + "/" + path;
    }

    /** A run's root as the asking client reads it. */
    static String root(Exchange exchange, ResourceId workspace, String experiment, String run) {
        return plugin(exchange)
                ? "azureml://" + exchange.base().getAuthority() + "/mlflow/v2.0" + workspace + "/experiments/"
                        + experiment + "/runs/" + run + "/artifacts"
                : "mlflow-artifacts:/" + of(run, "").datastore() + "/"
                        + of(run, "").path();
    }

    /**
     * azureml-mlflow names itself beside MLflow, comes by HTTPS and, for MLflow 2, by v2.0; where it is installed but not
     * used, because the tracking URI is not its own, MLflow names it all the same.
     */
    private static boolean plugin(Exchange exchange) {
        return exchange.secure()
                && exchange.variable("version").equalsIgnoreCase("v2.0")
                && exchange.header("User-Agent").orElse("").contains("azureml-mlflow");
    }
}
