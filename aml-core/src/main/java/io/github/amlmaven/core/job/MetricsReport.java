package io.github.amlmaven.core.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.evaluation.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A job's metrics as files: {@code metrics.json} for programs, {@code metrics.md} to be pasted into a pull request.
 *
 * <p>{@code metrics.json} is {@code {"job","metrics":{name:value},"steps":{step:{name:value}}}}; {@code metrics} has all of
 * them, see {@link JobMetrics#all}.
 */
final class MetricsReport {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path json;
    private final Path markdown;

    MetricsReport(Path directory) {
        this.json = directory.resolve("metrics.json");
        this.markdown = directory.resolve("metrics.md");
    }

    /** Takes the files of an earlier job away, so that they are not taken for this one's. */
    void clear() {
        try {
            Files.deleteIfExists(json);
            Files.deleteIfExists(markdown);
            Files.deleteIfExists(json.resolveSibling("steps.json"));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    void write(String job, JobMetrics metrics) {
        ObjectNode content = JSON.createObjectNode();
        content.put("job", job);
        content.set("metrics", JSON.valueToTree(metrics.all()));
        content.set("steps", JSON.valueToTree(metrics.steps()));
        try {
            Files.createDirectories(json.toAbsolutePath().getParent());
            Files.writeString(json, JSON.writeValueAsString(content) + "\n");
            Files.writeString(markdown, table(job, metrics));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    static String table(String job, JobMetrics metrics) {
        StringBuilder text = new StringBuilder("### Metrics of job `" + job + "`\n\n");
        if (metrics.all().isEmpty()) {
            return text.append("The job logged no metrics.\n").toString();
        }
        boolean steps = !metrics.steps().isEmpty();
        text.append(steps ? "| Step | Metric | Value |\n|---|---|---:|\n" : "| Metric | Value |\n|---|---:|\n");
        rows(text, steps ? "| " : "", metrics.own());
        metrics.steps().forEach((step, values) -> rows(text, "| " + cell(step) + " ", values));
        return text.toString();
    }

    private static void rows(StringBuilder text, String lead, Map<String, Double> values) {
        values.forEach((name, value) -> text.append(lead)
                .append("| ")
                .append(cell(name))
                .append(" | ")
                .append(Figure.shown(value))
                .append(" |\n"));
    }

    /** A name must not end its cell, nor begin another element of Markdown. */
    private static String cell(String name) {
        return name.replaceAll("([\\\\|`*_<>\\[\\]])", "\\\\$1").replaceAll("[\\r\\n]+", " ");
    }

    private static AmlException failure(IOException e) {
        return AmlException.of(ErrorCode.LOCAL_IO, "cannot write the job's metrics: " + e.getMessage())
                .cause(e)
                .build();
    }
}
