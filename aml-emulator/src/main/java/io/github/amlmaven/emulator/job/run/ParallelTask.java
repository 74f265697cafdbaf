package io.github.amlmaven.emulator.job.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.JobFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A step of a parallel component as a command: our driver splits the input into mini batches and gives them to worker
 * processes. What the step says wins over what its component says.
 */
public final class ParallelTask {

    /** In the run's facts: what the driver is to do. */
    public static final String FACT = "parallel";

    private static final Pattern INPUT = Pattern.compile("\\s*\\$\\{\\{\\s*inputs\\.([\\w.-]+)\\s*}}\\s*");
    private static final Pattern OUTPUT = Pattern.compile("\\s*\\$\\{\\{\\s*outputs\\.([\\w.-]+)\\s*}}\\s*");
    private static final String DEFAULT_SIZE = "10";
    private static final String DRIVER = "parallel_run_driver.py";

    private final String step;
    private final JsonNode own;
    private final JsonNode component;

    public ParallelTask(String step, JsonNode own, JsonNode component) {
        this.step = step;
        this.own = own;
        this.component = component;
    }

    public String code() {
        return task().path("code").asText("");
    }

    public String environment() {
        return task().path("environment").asText(component.path("environment").asText(""));
    }

    /** The command that starts the driver with the arguments of the user's script. */
    public String command() {
        String arguments = task().path("program_arguments").asText("");
        return "python \"$AZUREML_PARALLEL_DRIVER\"" + (arguments.isEmpty() ? "" : " " + arguments);
    }

    /** What the driver is to do, in its own terms. */
    public ObjectNode configuration() throws JobFailure {
        String script = task().path("entry_script").asText("");
        if (script.isEmpty()) {
            throw JobFailure.user("Step '" + step + "' has no task.entry_script.");
        }
        ObjectNode configuration = JsonNodeFactory.instance.objectNode();
        JsonNode retries = setting("retry_settings");
        JsonNode resources = setting("resources");
        int nodes = resources
                .path("instance_count")
                .asInt(resources.path("instanceCount").asInt(1));
        String append = task().path("append_row_to").asText("");
        return configuration
                .put("entry_script", script)
                .put("input", name(INPUT, setting("input_data").asText(""), "input_data"))
                .put("append_row_to", append.isEmpty() ? "" : name(OUTPUT, append, "task.append_row_to"))
                .put("mini_batch_size", size())
                .put("workers", Math.max(1, nodes * number("max_concurrency_per_instance", 1)))
                .put("max_retries", retries.path("max_retries").asInt(3))
                .put("timeout", seconds(retries.path("timeout")))
                .put("error_threshold", number("error_threshold", -1))
                .put("mini_batch_error_threshold", number("mini_batch_error_threshold", -1));
    }

    /** Puts the driver into a job's folder, and says where it is and what it does. */
    static Optional<Path> install(Job job, JobFolder folder) throws IOException {
        if (!job.run().path(FACT).isObject()) {
            return Optional.empty();
        }
        Path driver = folder.root().resolve(DRIVER);
        try (InputStream in = Objects.requireNonNull(ParallelTask.class.getResourceAsStream(DRIVER))) {
            Files.write(driver, in.readAllBytes());
        }
        return Optional.of(driver);
    }

    private JsonNode task() {
        return setting("task");
    }

    private JsonNode setting(String name) {
        return own.hasNonNull(name) ? own.get(name) : component.path(name);
    }

    private int number(String name, int otherwise) {
        return setting(name).asInt(otherwise);
    }

    /** Files a mini batch; AML also takes bytes for tabular data, which is not emulated. */
    private int size() throws JobFailure {
        String given = setting("mini_batch_size").asText("0").strip();
        // The official client writes 0 where its user has written nothing.
        String text = given.equals("0") || given.isEmpty() ? DEFAULT_SIZE : given;
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw new JobFailure(
                    "NotEmulated",
                    "Step '" + step + "': mini_batch_size '" + text
                            + "' is not a number of files; sizes are not emulated.");
        }
        return Integer.parseInt(text);
    }

    private long seconds(JsonNode timeout) throws JobFailure {
        String text = timeout.asText("60");
        try {
            return text.matches("\\d{1,9}")
                    ? Long.parseLong(text)
                    : Duration.parse(text).toSeconds();
        } catch (DateTimeParseException e) {
            throw JobFailure.user(
                    "Step '" + step + "': retry_settings.timeout '" + text + "' is no number of seconds.");
        }
    }

    private String name(Pattern form, String text, String what) throws JobFailure {
        Matcher matcher = form.matcher(text);
        if (!matcher.matches()) {
            throw JobFailure.user("Step '" + step + "': " + what + " '" + text + "' must have the form "
                    + (form == INPUT ? "${{inputs.name}}." : "${{outputs.name}}."));
        }
        return matcher.group(1);
    }
}
