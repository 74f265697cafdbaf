package io.github.amlmaven.core.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The public examples of az ml: 360 files that users start from. */
class CorpusTest {

    /** Files that are refused with right, by their end, with the reason. The official client refuses most of them too. */
    private static final Map<String, String> RIGHTLY_REFUSED = Map.ofEntries(
            Map.entry("deepspeed-autotuning/job.yml", "only a comment"),
            Map.entry("basic-installation.yml", "a gallery entry, nothing of AML"),
            Map.entry("config_bert_olive_analyze.yml", "another tool's configuration"),
            Map.entry("tfserving-deployment.yml", "a template: {{MODEL_VERSION}} is a mapping in YAML"),
            Map.entry("single-model-registered/deployment.yml", "a template"),
            Map.entry("single-model-registered/model.yml", "a template"),
            Map.entry("bankmarketing-serverless.yml", "'instance_count=5' is no mapping"),
            Map.entry("generation-safety-quality-monitoring.yaml", "keys of a preview that are gone"),
            Map.entry("conda-in-dockerfile-deployment.yml", "a template"),
            Map.entry("multideployment-scikit/mlflow-deployment.yml", "a template"),
            Map.entry("r-deployment.yml", "a template"),
            Map.entry("torchserve-deployment.yml", "a template"));

    private final Path corpus = Path.of(System.getProperty("aml.shared.dir")).resolve("corpus/azureml-examples");

    @Test
    void noFileOfThePublicExamplesIsAccusedFalsely() {
        List<Path> files = SpecCheck.yamlFiles(corpus);
        assertThat(files).hasSizeGreaterThanOrEqualTo(360);

        List<Problem> problems =
                new SpecCheck(new SpecReader()).withoutFileChecks().check(files, corpus);

        assertThat(problems.stream()
                        .filter(problem -> !isRight(problem))
                        .map(Problem::toString)
                        .collect(Collectors.joining("\n")))
                .isEmpty();
    }

    @Test
    void everyFileThatIsRefusedWithRightIsRefused() {
        List<Problem> problems =
                new SpecCheck(new SpecReader()).withoutFileChecks().check(SpecCheck.yamlFiles(corpus), corpus);

        assertThat(RIGHTLY_REFUSED.keySet())
                .allSatisfy(end -> assertThat(problems)
                        .anyMatch(
                                problem -> problem.location().file().toString().endsWith(end)));
    }

    private static boolean isRight(Problem problem) {
        String file = problem.location().file().toString();
        // Deployments without a name or endpoint are completed on the command line of 'az ml'.
        return problem.message().contains("placeholder")
                || RIGHTLY_REFUSED.keySet().stream().anyMatch(file::endsWith)
                || problem.message().equals("the key 'endpoint_name' is missing")
                || (file.contains("deploy") && problem.message().equals("the key 'name' is missing"));
    }
}
