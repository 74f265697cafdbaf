package io.github.amlmaven.emulator.job.state;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The asset id by which run history names an output that was not registered under a name of its own; AML makes a data
 * version {@code azureml_{job}_output_data_{output}} for it.
 */
public record OutputAssetId(String job, String output, String workspaceName) {

    private static final Pattern FORM = Pattern.compile("azureml://locations/local/workspaces/([^/]+)/data/azureml_"
            + "([A-Za-z0-9_-]+)_output_data_([A-Za-z0-9_.-]+)/versions/1");

    public static OutputAssetId of(Job job, String output) {
        return new OutputAssetId(job.name(), output, job.workspace().name());
    }

    /** Empty when the text names another kind of asset. */
    public static Optional<OutputAssetId> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new OutputAssetId(matcher.group(2), matcher.group(3), matcher.group(1)))
                : Optional.empty();
    }

    public String text() {
        return "azureml://locations/local/workspaces/" + workspaceName + "/data/azureml_" + job + "_output_data_"
                + output + "/versions/1";
    }
}
