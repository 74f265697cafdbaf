package io.github.amlmaven.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.content.ContentFiles;
import io.github.amlmaven.core.image.layer.RepositoryClient;
import io.github.amlmaven.core.image.python.ResolvedPackages;
import io.github.amlmaven.core.python.ProcessOutput;
import io.github.amlmaven.core.python.ProcessRun;
import io.github.amlmaven.core.python.PythonInterpreter;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an image for Azure Functions has beside the rest. */
class FunctionImageTest {

    private static final String TESTS = "test_functions_handler.py";

    @Test
    void theBaseStartsTheFunctionsHostWhichFindsTheServer(@TempDir Path folder) throws Exception {
        Project project = new Project(folder.resolve("project"), folder.resolve("cache"));
        project.functionApp = true;
        ScoringImageRequest request = project.request();
        BaseImage base = new BaseImage.Pulled(
                new RepositoryClient.Repository("mcr.microsoft.com", "azure-functions/python", Optional.empty(), false),
                "sha256:" + "a".repeat(64),
                Optional.of("3.11"));
        Path site = Files.createDirectories(folder.resolve("site"));

        ImagePlan plan = ImagePlan.of(
                request,
                base,
                new ResolvedPackages("key", site, ""),
                List.of(),
                ContentFiles.of(request.code().directory(), ModelFiles.boundary(Optional.empty())));

        List<String> files = plan.layers().stream()
                .flatMap(layer -> layer.getEntries().stream())
                .map(entry -> entry.getExtractionPath().toString())
                .toList();
        assertThat(files)
                .contains(
                        "/home/site/wwwroot/host.json",
                        "/home/site/wwwroot/score/function.json",
                        "/opt/aml/functions/queue/score/function.json",
                        "/opt/aml/functions_handler.py",
                        "/var/azureml-app/score.py");
        assertThat(plan.startsHost()).isTrue();
        assertThat(plan.environment())
                .containsEntry("AzureWebJobsScriptRoot", "/home/site/wwwroot")
                .containsEntry("FUNCTIONS_WORKER_RUNTIME", "custom")
                // The host keeps its own below HOME.
                .doesNotContainKey("HOME");
    }

    @Test
    void theHandlerUnderstandsWhatTheHostSends(@TempDir Path folder) throws Exception {
        ScoringPrograms.FUNCTIONS_HANDLER.writeTo(folder);
        try (InputStream tests = FunctionImageTest.class.getResourceAsStream(TESTS)) {
            assertThat(tests).isNotNull();
            Files.copy(tests, folder.resolve(TESTS));
        }
        String python = PythonInterpreter.find(Optional.empty()).executable().toString();

        ProcessOutput output = new ProcessRun(List.of(python, "-m", "unittest", "-v", TESTS))
                .directory(folder)
                .run();

        assertThat(output.exitCode()).as(String.join("\n", output.lines())).isZero();
        assertThat(output.lines()).anyMatch(line -> line.matches("Ran 5 tests in .*"));
    }
}
