package io.github.amlmaven.emulator.job.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CondaFileTest {

    @Test
    void pythonCondaPackagesAndPipListBecomeRequirements() throws Exception {
        PythonEnvironment environment = CondaFile.parse("""
                name: train
                channels: [conda-forge]
                dependencies:
                  - python=3.11
                  - pip
                  - conda-forge::scikit-learn=1.5
                  - pytorch>=2,<3
                  - pip:
                    - six==1.16.0
                    - --extra-index-url https://example.invalid/simple
                """);

        assertThat(environment.python()).isEqualTo("=3.11");
        assertThat(environment.requirements())
                .containsExactly(
                        "scikit-learn==1.5.*",
                        "torch>=2,<3",
                        "six==1.16.0",
                        "--extra-index-url https://example.invalid/simple");
    }

    @ParameterizedTest
    @CsvSource({
        "numpy,numpy",
        "numpy=1.26,numpy==1.26.*",
        "numpy=1.26.*,numpy==1.26.*",
        "numpy==1.26.4,numpy==1.26.4",
        "numpy=1.26.4=py311h64a7726_0,numpy==1.26.4.*",
        "numpy 1.26.4 py311,numpy==1.26.4",
        "numpy >=1.20,numpy>=1.20"
    })
    void condaVersionsAreWrittenAsPipVersions(String conda, String pip) throws Exception {
        assertThat(CondaFile.parse("dependencies: ['" + conda + "']").requirements())
                .containsExactly(pip);
    }

    @Test
    void packagesWithoutCounterpartAreAllNamed() {
        assertThatThrownBy(() -> CondaFile.parse("dependencies: [numpy, cudatoolkit=11.8, r-base]"))
                .isInstanceOf(EnvironmentFailure.class)
                .hasMessageContaining("cudatoolkit=11.8, r-base");
    }

    @Test
    void brokenYamlIsAnErrorOfTheEnvironment() {
        assertThatThrownBy(() -> CondaFile.parse("dependencies: ["))
                .isInstanceOf(EnvironmentFailure.class)
                .hasMessageContaining("not valid YAML");
    }

    @Test
    void anotherPythonThanTheOneAskedForIsTold() throws Exception {
        PythonInterpreters interpreters = new PythonInterpreters(List.of(
                new PythonInterpreters.Interpreter(Path.of("/p/python3"), 11, "3.11.7"),
                new PythonInterpreters.Interpreter(Path.of("/p/python3.13"), 13, "3.13.1")));

        assertThat(interpreters.choose("=3.8").note()).contains("3.8").contains("3.11.7");
        assertThat(interpreters.choose("=3.13").note()).isEmpty();
        assertThat(interpreters.choose("=3.13").interpreter().minor()).isEqualTo(13);
        assertThat(interpreters.choose(">=3.9").note()).isEmpty();
        assertThat(interpreters.choose("").interpreter().minor()).isEqualTo(11);
    }
}
