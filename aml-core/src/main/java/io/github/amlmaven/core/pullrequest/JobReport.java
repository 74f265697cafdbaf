package io.github.amlmaven.core.pullrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How a job has ended, as it is told.
 *
 * @param job its name in the workspace
 * @param status AML's word
 * @param page where to look at it; empty when there is none
 * @param table its metrics as a Markdown table; empty when there are none
 * @param metrics their values
 */
public record JobReport(String job, String status, String page, String table, Map<String, Double> metrics) {

    private static final ObjectMapper JSON = new ObjectMapper();

    public JobReport {
        metrics = java.util.Collections.unmodifiableMap(new TreeMap<>(metrics));
    }

    /** How a job stands, in the terms of both services. */
    public enum State {
        SUCCEEDED("succeeded", "success", "closed"),
        FAILED("failed", "failure", "active"),
        /** Canceled: nobody knows whether it would have failed. */
        ERROR("error", "error", "active"),
        PENDING("pending", "pending", "active");

        private final String azureDevOps;
        private final String gitHub;
        private final String thread;

        State(String azureDevOps, String gitHub, String thread) {
            this.azureDevOps = azureDevOps;
            this.gitHub = gitHub;
            this.thread = thread;
        }

        String azureDevOps() {
            return azureDevOps;
        }

        String gitHub() {
            return gitHub;
        }

        /** A thread that is closed does not hold up a pull request whose comments must be resolved. */
        String thread() {
            return thread;
        }
    }

    public State state() {
        return switch (status) {
            case "Completed" -> State.SUCCEEDED;
            case "Failed", "NotResponding" -> State.FAILED;
            case "Canceled" -> State.ERROR;
            default -> State.PENDING;
        };
    }

    /** A report with the metrics that a followed job has left in {@code directory}, if they are this job's. */
    public static JobReport of(String job, String status, String page, Path directory) {
        Path values = directory.resolve("metrics.json");
        Path table = directory.resolve("metrics.md");
        if (!Files.isRegularFile(values) || !Files.isRegularFile(table)) {
            return new JobReport(job, status, page, "", Map.of());
        }
        try {
            JsonNode content = JSON.readTree(values.toFile());
            if (!content.path("job").asText().equals(job)) {
                return new JobReport(job, status, page, "", Map.of());
            }
            Map<String, Double> metrics = new TreeMap<>();
            content.path("metrics")
                    .properties()
                    .forEach(metric ->
                            metrics.put(metric.getKey(), metric.getValue().asDouble()));
            return new JobReport(job, status, page, Files.readString(table), metrics);
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot read the metrics in " + directory + ": " + e.getMessage())
                    .remedy("Run 'mvn aml:run' or 'mvn aml:wait' again.")
                    .cause(e)
                    .build();
        }
    }

    /** One line: what the job did and, as far as they fit, its metrics. */
    String line(int longest) {
        String head = "Azure ML job " + job + ": " + status;
        String figures = metrics.entrySet().stream()
                .map(metric -> metric.getKey() + " " + String.format(Locale.ROOT, "%.4g", metric.getValue()))
                .collect(Collectors.joining(", "));
        String line = figures.isEmpty() ? head : head + "; " + figures;
        return line.length() <= longest ? line : line.substring(0, longest - 1) + "\u2026";
    }

    /** Markdown for a comment. */
    String comment() {
        StringBuilder text = new StringBuilder("**Azure ML job `" + job + "`: " + status + "**\n");
        if (!page.isEmpty()) {
            text.append("\n[Open in the studio](").append(page).append(")\n");
        }
        if (!table.isBlank()) {
            text.append("\n").append(table.strip()).append("\n");
        }
        return text.toString();
    }
}
