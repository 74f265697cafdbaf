package io.github.amlmaven.emulator.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Data of each type and by each mode, and what steps say to the run that they belong to. */
class JobInputTypesTest extends AbstractJobTest {

    JobInputTypesTest(@TempDir Path home) throws Exception {
        super(home);
        bench.submit(
                "source",
                "cd ${{outputs.folder}}; echo 7 > n; echo 'flavors: {}' > MLmodel; echo 'paths: [{file: ./n}]' > MLTable;"
                        + " echo 8 > ${{outputs.one}}/only",
                "'outputs':{'folder':{'jobOutputType':'uri_folder'},'one':{'jobOutputType':'uri_folder'}}");
        assertThat(bench.ended("source").path("status").asText()).isEqualTo("Completed");
    }

    @ParameterizedTest
    @CsvSource({
        "uri_folder,ReadOnlyMount,cat $D/n,7",
        "uri_folder,Download,cat $D/n,7",
        "mltable,ReadOnlyMount,cat $D/MLTable $D/n | tail -n 1,7",
        "mltable,EvalMount,cat $D/n,7",
        "mlflow_model,Download,cat $D/MLmodel,flavors: {}",
        "custom_model,ReadOnlyMount,cat $D/n,7",
    })
    void aFolderOfThisTypeIsThere(String type, String mode, String command, String printed) {
        String name = type.replace('_', '-') + mode.toLowerCase(java.util.Locale.ROOT);

        assertThat(log(name, type, mode, "folder", command)).isEqualTo(printed + "\n");
    }

    @ParameterizedTest
    @CsvSource({"ReadOnlyMount", "Download"})
    void aFileIsNamedItselfNotItsFolder(String mode) {
        assertThat(log("file" + mode.toLowerCase(java.util.Locale.ROOT), "uri_file", mode, "one/only", "cat $D"))
                .isEqualTo("8\n");
    }

    @Test
    void aDirectInputIsItsAddress() {
        assertThat(log("direct", "uri_folder", "Direct", "folder", "echo $D"))
                .startsWith("azureml://")
                .contains("/paths/");
    }

    private String log(String name, String type, String mode, String path, String command) {
        String[] parts = path.split("/", 2);
        String uri = bench.job("source")
                        .path("outputs")
                        .path(parts[0])
                        .path("uri")
                        .asText()
                        .replaceFirst("/$", "")
                + (parts.length > 1 ? "/" + parts[1] : "");
        bench.submit(
                name,
                "D=${{inputs.d}}; " + command,
                "'inputs':{'d':{'jobInputType':'" + type + "','mode':'" + mode + "','uri':'" + uri + "'}}");
        JsonNode job = bench.ended(name);
        assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("Completed");
        return bench.log(name);
    }
}
