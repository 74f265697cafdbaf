package io.github.amlmaven.core.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of the first API are checked as those of the second are: all at once, each with its place. */
class V1ChecksTest {

    @TempDir
    private Path folder;

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void everyKindOfFileIsCheckedInOneRun() throws IOException {
        write("cpu.runconfig", "framework: Pyton\nenvironment: {dockr: {baseImage: a}}\n");
        write("inference.json", "{\"entryScript\": \"score.py\", \"condFile\": \"conda.yml\"}");
        write("deployment.json", "{\"computeType\": \"ask\"}");
        write("other.json", "{\"anything\": 1}");
        write("schedule.yml", "Schedule: {recurrence: {frequency: Dya, interval: 1}}\n");
        write(
                "hd.yml",
                "sampling: {type: Random}\nprimary_metric_name: a\nprimary_metric_goal: Max\nmax_total_runs: 1\n");
        write("parallel.yml", "parallel_run_config: {entry_scrpt: a.py}\n");
        write("pipeline.yml", "pipeline:\n  steps:\n    A: {type: PythonScriptStp, script_name: a.py}\n");
        SpecCheck check = new SpecCheck(new SpecReader());

        assertThat(check.files(folder)).hasSize(7);
        assertThat(check.check(check.files(folder), folder))
                .extracting(Object::toString)
                .anySatisfy(line -> assertThat(line).contains("cpu.runconfig:1:12", "Did you mean 'Python'?"))
                .anySatisfy(line -> assertThat(line).contains("cpu.runconfig:2:15", "Did you mean 'docker'?"))
                .anySatisfy(line -> assertThat(line).contains("inference.json:1:29", "Did you mean 'condaFile'?"))
                .anySatisfy(line -> assertThat(line).contains("inference.json:1:17", "'score.py' does not exist"))
                .anySatisfy(line -> assertThat(line).contains("deployment.json:1:17", "Did you mean 'AKS'?"))
                .anySatisfy(line -> assertThat(line).contains("schedule.yml:1:36", "Did you mean 'Day'?"))
                .anySatisfy(line -> assertThat(line).contains("hd.yml:3:22"))
                .anySatisfy(line -> assertThat(line).contains("parallel.yml:1:23", "Did you mean 'entry_script'?"))
                .anySatisfy(line -> assertThat(line).contains("pipeline.yml:3:15", "Did you mean 'PythonScriptStep'?"));
    }
}
