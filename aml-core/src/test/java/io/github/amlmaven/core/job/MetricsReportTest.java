package io.github.amlmaven.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsReportTest {

    @TempDir
    private Path directory;

    @Test
    void aMetricThatSeveralStepsLogIsToldApartByTheStep() {
        JobMetrics metrics = new JobMetrics(
                Map.of("seconds", 3.0),
                Map.of("train", Map.of("loss", 0.25, "accuracy", 0.9), "tune", Map.of("loss", 0.5)));

        assertThat(metrics.all())
                .containsOnly(
                        Map.entry("seconds", 3.0),
                        Map.entry("accuracy", 0.9),
                        Map.entry("train/loss", 0.25),
                        Map.entry("tune/loss", 0.5));
    }

    @Test
    void theTableIsMarkdownWhateverAMetricIsCalled() {
        JobMetrics metrics = new JobMetrics(Map.of("f1|macro", 0.123456789, "rows", 1200.0), Map.of());

        assertThat(MetricsReport.table("job1", metrics)).isEqualTo("""
                ### Metrics of job `job1`

                | Metric | Value |
                |---|---:|
                | f1\\|macro | 0.123457 |
                | rows | 1200 |
                """);
    }

    @Test
    void theMetricsOfAnEarlierJobAreNotTakenForThoseOfTheNext() {
        MetricsReport report = new MetricsReport(directory.resolve("aml"));
        report.write("one", new JobMetrics(Map.of("a", 1.0), Map.of()));
        assertThat(directory.resolve("aml/metrics.json")).content().contains("\"one\"", "\"a\" : 1.0");
        assertThat(directory.resolve("aml/metrics.md")).exists();

        report.clear();

        assertThat(directory.resolve("aml")).isEmptyDirectory();
    }
}
