package io.github.amlmaven.emulator.job.data;

import io.github.amlmaven.emulator.arm.ResourceId;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The forms in which jobs and assets name data (azure-ai-ml {@code constants/_common.py}, {@code
 * _utils/_storage_utils.py}).
 */
public sealed interface DataUri {

    /** A path in a datastore; the workspace is absent in the short form. */
    record DatastorePath(Optional<ResourceId> workspace, String datastore, String path) implements DataUri {}

    /** A path in a named output of a job; {@code artifacts} is the job's own folder of logs and outputs. */
    record JobOutput(String job, String output, String path) implements DataUri {}

    /** A data or model version, or a label of one, by its ARM id. */
    record AssetId(ResourceId id) implements DataUri {}

    /** A data or model version of the job's workspace: {@code azureml:name:version} or {@code azureml:name@label}. */
    record AssetName(String name, String version, boolean label) implements DataUri {}

    /**
     * A version, or a label of one, in a registry.
     *
     * @param path below the registry: {@code components/name/versions/1}
     */
    record RegistryAsset(String registry, String path) implements DataUri {}

    /** A blob by its URL, or a file on the web. */
    record Web(URI uri) implements DataUri {}

    /** The output name that stands for a job's {@code ExperimentRun} folder. */
    String ARTIFACTS = "artifacts";

    /** @throws DataFailure when the text has none of the known forms */
    static DataUri parse(String text) throws DataFailure {
        for (Form form : Form.values()) {
            Matcher matcher = form.pattern.matcher(text);
            if (matcher.matches()) {
                return form.read(matcher);
            }
        }
        throw new DataFailure(
                "'" + text + "' is no data reference that is known here: azureml://datastores/<name>/paths/"
                        + "<path>, azureml://jobs/<job>/outputs/<output>/paths/<path>, azureml:<name>:<version>, azureml://registries/<registry>/<data or models>/<name>/versions/"
                        + "<version>, an ARM id of a data or model version, or an https URL.");
    }

    /** One form with its pattern; the first that matches counts. */
    enum Form {
        LONG("azureml://(subscriptions/[^/]+/resourcegroups/[^/]+(?:/providers/Microsoft.MachineLearningServices)?"
                + "/workspaces/[^/]+)/datastores/([^/]+)(?:/paths/(.*))?") {
            @Override
            DataUri read(Matcher m) {
                return new DatastorePath(Optional.of(workspace(m.group(1))), m.group(2), path(m.group(3)));
            }
        },
        SHORT("azureml://datastores/([^/]+)(?:/paths/(.*))?") {
            @Override
            DataUri read(Matcher m) {
                return new DatastorePath(Optional.empty(), m.group(1), path(m.group(2)));
            }
        },
        JOB("azureml://jobs/([^/]+)/outputs/([^/]+)(?:/paths/(.*))?") {
            @Override
            DataUri read(Matcher m) {
                return new JobOutput(m.group(1), m.group(2), path(m.group(3)));
            }
        },
        RUN("runs:/([^/]+)/(.*)") {
            @Override
            DataUri read(Matcher m) {
                return new JobOutput(m.group(1), ARTIFACTS, path(m.group(2)));
            }
        },
        ASSET_LONG(
                "azureml://(subscriptions/[^/]+/resourcegroups/[^/]+(?:/providers/Microsoft.MachineLearningServices)?"
                        + "/workspaces/[^/]+)/((?:data|models)/[^/]+/(?:versions|labels)/[^/]+)") {
            @Override
            DataUri read(Matcher m) {
                return new AssetId(new ResourceId(workspace(m.group(1)) + "/" + m.group(2)));
            }
        },
        ASSET_GUID("azureml://locations/[^/]+/workspaces/[^/]+/(?:data|models)/([^/]+)/versions/([^/]+)") {
            @Override
            DataUri read(Matcher m) {
                return new AssetName(m.group(1), m.group(2), false);
            }
        },
        REGISTRY("azureml://registries/([^/]+)/([a-z]+/[^/]+/(?:versions|labels)/[^/]+)") {
            @Override
            DataUri read(Matcher m) {
                return new RegistryAsset(m.group(1), m.group(2));
            }
        },
        ARM("(?:azureml:)?(/subscriptions/.+)") {
            @Override
            DataUri read(Matcher m) {
                return new AssetId(new ResourceId(m.group(1)));
            }
        },
        LABEL("azureml:([^/:@]+)@([^/:@]+)") {
            @Override
            DataUri read(Matcher m) {
                return new AssetName(m.group(1), m.group(2), true);
            }
        },
        NAME("azureml:([^/:@]+):([^/:@]+)") {
            @Override
            DataUri read(Matcher m) {
                return new AssetName(m.group(1), m.group(2), false);
            }
        },
        WEB("https?://.+") {
            @Override
            DataUri read(Matcher m) throws DataFailure {
                try {
                    return new Web(URI.create(m.group()));
                } catch (IllegalArgumentException e) {
                    throw new DataFailure("'" + m.group() + "' is not a valid URL.");
                }
            }
        };

        private final Pattern pattern;

        Form(String pattern) {
            this.pattern = Pattern.compile(pattern, Pattern.CASE_INSENSITIVE);
        }

        abstract DataUri read(Matcher matcher) throws DataFailure;

        private static String path(String text) {
            return text == null ? "" : text;
        }

        private static ResourceId workspace(String text) {
            String provider = "/providers/Microsoft.MachineLearningServices";
            return text.toLowerCase(Locale.ROOT).contains(provider.toLowerCase(Locale.ROOT))
                    ? new ResourceId("/" + text)
                    : new ResourceId("/" + text.replaceFirst("(?i)/workspaces/", provider + "/workspaces/"));
        }
    }
}
