package io.github.amlmaven.core.image.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DependencyFileTest {

    @TempDir
    Path folder;

    @Test
    void anEnvironmentLeadsToItsCondaFileAndCondaNamesBecomePypiNames() throws IOException {
        write("environment.yml", "name: scoring\nimage: mcr.microsoft.com/x\nconda_file: conda.yml\n");
        write("conda.yml", """
                dependencies:
                  - python=3.11.4
                  - pip
                  - pytorch=2.3
                  - cudatoolkit=11
                  - pip:
                      - scikit-learn==1.5.2
                      - joblib>=1.3  # any will do
                """);

        PythonRequirements read = DependencyFile.read(folder.resolve("environment.yml"), folder);

        assertThat(read.pythonVersion()).hasValue("3.11");
        assertThat(read.requirements()).containsExactly("torch==2.3.*", "scikit-learn==1.5.2", "joblib>=1.3");
        assertThat(read.warnings())
                .anyMatch(line -> line.contains("'cudatoolkit' is not a Python package"))
                .anyMatch(line -> line.contains("'joblib>=1.3' is not pinned"))
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "numpy=1.26, numpy==1.26.*",
        "numpy==1.26.4, numpy==1.26.4",
        "numpy=1.26.4=py311h1234_0, numpy==1.26.4",
        "conda-forge::numpy 1.26.*, numpy==1.26.*",
        "numpy>=1.20, numpy>=1.20",
        "numpy, numpy",
        "py-xgboost=2, xgboost==2.*"
    })
    void condaSpecificationsBecomeRequirements(String conda, String pip) {
        assertThat(CondaPackages.toRequirement(conda)).isEqualTo(pip);
    }

    @ParameterizedTest
    @CsvSource({"python=3.11, 3.11", "python==3.10.2, 3.10", "python 3.12.*, 3.12", "python>=3.10, ", "python, "})
    void onlyAPinnedPythonNamesTheVersion(String spec, String version) {
        assertThat(CondaPackages.pythonVersion(spec)).isEqualTo(Optional.ofNullable(version));
    }

    @ParameterizedTest
    @ValueSource(strings = {"git+https://github.com/a/b", "./local.whl", "-e .", "pkg @ https://host/pkg.whl"})
    void whatIsNoPackageOfAnIndexIsRefused(String line) throws IOException {
        write("requirements.txt", line + "\n");

        assertThatThrownBy(() -> DependencyFile.read(folder.resolve("requirements.txt"), folder))
                .isInstanceOfSatisfying(
                        AmlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PYTHON_DEPENDENCIES));
    }

    @Test
    void includedFilesAreReadAndAnIndexIsToldWithoutItsPassword() throws IOException {
        write("base.txt", "six==1.16.0\n");
        write("requirements.txt", "-r base.txt\n--index-url https://me:secret@host/simple\n");

        PythonRequirements read = DependencyFile.read(folder.resolve("requirements.txt"), folder);

        assertThat(read.requirements()).containsExactly("six==1.16.0");
        assertThat(read.options()).containsExactly("--index-url", "https://me:secret@host/simple");
        assertThat(read.warnings()).containsExactly("packages come from another index: https://***@host/simple");
    }

    @Test
    void everyMistakeOfACondaFileIsToldWithItsPlace() throws IOException {
        write("environment.yml", "conda_file: conda.yml\n");
        write("conda.yml", """
                dependencies:
                  - numpy: 1.26
                  - pip:
                      - -e .
                      - six==1.16.0
                      - git+https://me:secret@host/a
                """);

        assertThatThrownBy(() -> DependencyFile.read(folder.resolve("environment.yml"), folder))
                .isInstanceOfSatisfying(
                        AmlException.class,
                        e -> assertThat(e.describe())
                                .contains("conda.yml:2:5  a mapping is not a conda package")
                                .contains("conda.yml:4:9  '-e .'")
                                .contains("conda.yml:6:9  'git+https://***@host/a'"));
    }

    @Test
    void aDuplicateKeyOrATagOfACondaFileIsToldAsInAnySpec() throws IOException {
        write("conda.yml", "dependencies: []\ndependencies: [numpy=1.26]\n");

        assertThatThrownBy(() -> DependencyFile.read(folder.resolve("conda.yml"), folder))
                .isInstanceOfSatisfying(AmlException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.YAML_DUPLICATE_KEY);
                    assertThat(e.describe()).contains("conda.yml:2:1");
                });
    }

    @Test
    void theCredentialsOfAnIndexAreInNoText() throws IOException {
        write("requirements.txt", "--extra-index-url https://me:secret@host/simple\nsix==1.16.0\n");

        assertThat(DependencyFile.read(folder.resolve("requirements.txt"), folder)
                        .toString())
                .contains("https://***@host/simple")
                .doesNotContain("secret");
    }

    @Test
    void aFileThatIncludesItselfEnds() throws IOException {
        write("requirements.txt", "-r requirements.txt\n");

        assertThatThrownBy(() -> DependencyFile.read(folder.resolve("requirements.txt"), folder))
                .isInstanceOfSatisfying(
                        AmlException.class,
                        e -> assertThat(e.describe())
                                .contains("requirements.txt:1:1")
                                .contains("includes itself"));
    }

    @Test
    void theServersDefaultYieldsToTheProjectsChoice() {
        PythonRequirements none = PythonRequirements.none().withDefault("azureml-inference-server-http==1.5.1");
        assertThat(none.withDefault("Azureml_Inference.Server-HTTP==1.0").requirements())
                .containsExactly("azureml-inference-server-http==1.5.1");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
