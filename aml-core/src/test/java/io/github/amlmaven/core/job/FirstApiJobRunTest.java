package io.github.amlmaven.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ProgressLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline of the first API that is run as it is says what was left out of it and chosen for it, as its conversion does. */
class FirstApiJobRunTest {

    @TempDir
    private Path project;

    @Test
    void whatIsLeftOutAndChosenIsSaidWithItsPlace() throws IOException {
        Files.writeString(project.resolve("train.py"), "print(1)\n");
        Files.writeString(
                project.resolve("cpu.runconfig"), "environment: {docker: {baseImage: \"python:3.11-slim\"}}\n");
        Files.writeString(project.resolve("pipeline.yml"), """
                pipeline:
                  name: p
                  default_compute: cpu
                  data_references:
                    raw: {dataset_name: iris, bind_mode: upload}
                  steps:
                    Train:
                      type: PythonScriptStep
                      name: train
                      script_name: train.py
                      runconfig: cpu.runconfig
                      inputs:
                        raw: {source: raw}
                """);
        ProgressLog progress = new ProgressLog();
        try (LoopbackService service = new LoopbackService();
                AzureClients clients = service.clients(progress)) {
            new JobRun(clients, new SpecReader(), progress)
                    .run(
                            new JobRunRequest(
                                    project.resolve("pipeline.yml"),
                                    project,
                                    Map.of(),
                                    Optional.of("job1"),
                                    Optional.empty(),
                                    Map.of(),
                                    Duration.ofSeconds(20),
                                    true,
                                    false,
                                    project.resolve("target/aml/outputs"),
                                    project.resolve("target/aml"),
                                    project.resolve("target/aml/run.json"),
                                    false,
                                    true),
                            job -> {});
        }

        assertThat(progress.lines())
                .as("%s", progress.lines())
                .anyMatch(line -> line.startsWith("AML-") && line.contains("pipeline.yml:5:42  'raw' is an input"))
                .anyMatch(line -> line.startsWith("pipeline.yml:5:25  ") && line.contains("a v1 dataset"))
                .anyMatch(line -> line.contains("without source_directory, v1 took the current folder"));
    }
}
