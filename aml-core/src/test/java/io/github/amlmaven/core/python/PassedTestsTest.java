package io.github.amlmaven.core.python;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.content.StampIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PassedTestsTest {

    @TempDir
    Path project;

    @BeforeEach
    void write() throws IOException {
        for (String file : List.of(
                "pom.xml",
                "src/main/python/train.py",
                "src/main/resources/data.csv",
                "src/test/python/test_train.py",
                "target/aml/run.json",
                "checks/test_more.py")) {
            Path path = project.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, "1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pom.xml",
                "src/main/python/train.py",
                "src/main/resources/data.csv",
                "src/test/python/test_train.py",
                "src/test/python/test_new.py",
                "checks/test_more.py",
                "pytest.ini"
            })
    void whatTestsMayDependOnCounts(String changed) throws IOException {
        String before = fingerprint(List.of("numpy==2.3.2"), "checks");

        Files.writeString(project.resolve(changed), "2");

        assertThat(fingerprint(List.of("numpy==2.3.2"), "checks")).isNotEqualTo(before);
    }

    @Test
    void whatBuildsAndPythonLeaveDoesNot() throws IOException {
        String before = fingerprint(List.of(), "src/test/python");

        Files.writeString(project.resolve("target/aml/run.json"), "2");
        Files.writeString(project.resolve("build.log"), "2");
        Path left = project.resolve("src/main/python/__pycache__/train.cpython-311.pyc");
        Files.createDirectories(left.getParent());
        Files.writeString(left, "2");

        assertThat(fingerprint(List.of(), "src/test/python")).isEqualTo(before);
    }

    @Test
    void otherPackagesCount() {
        assertThat(fingerprint(List.of("numpy==2.3.2"), "checks"))
                .isNotEqualTo(fingerprint(List.of("numpy==2.3.3"), "checks"));
    }

    @Test
    void onlyARunThatPassedCountsAndOnlyWithItsReport() throws IOException {
        Path result = project.resolve("target/aml/test.json");
        Path report = project.resolve("target/TEST-pytest.xml");
        assertThat(PassedTests.unchanged(result, "abc", report)).isEmpty();

        Files.writeString(report, "<testsuites/>");
        Files.writeString(result, "{\"outputs\": {\"fingerprint\": \"abc\", \"tests\": 5, \"skipped\": 1}}");
        assertThat(PassedTests.unchanged(result, "abc", report)).contains(new PythonTests.Result(5, 0, 0, 1));
        assertThat(PassedTests.unchanged(result, "abd", report)).isEmpty();

        Files.writeString(result, "{\"error\": {}, \"lastGood\": {\"outputs\": {\"fingerprint\": \"abc\"}}}");
        assertThat(PassedTests.unchanged(result, "abc", report)).isEmpty();

        Files.writeString(result, "{\"outputs\": {\"fingerprint\": \"abc\", \"tests\": 5, \"skipped\": 1}}");
        Files.delete(report);
        assertThat(PassedTests.unchanged(result, "abc", report)).isEmpty();
    }

    private String fingerprint(List<String> requirements, String tests) {
        PythonTests.Request request = new PythonTests.Request(
                new PythonInterpreter(Path.of("python3"), "3.11.7", Path.of("prefix")),
                project.resolve("cache"),
                requirements,
                List.of(),
                project.resolve(tests),
                project.resolve("src/main/python"),
                project,
                project.resolve("target/TEST-pytest.xml"),
                List.of(),
                Duration.ofMinutes(1),
                false);
        return PassedTests.fingerprint(request, StampIndex.none());
    }
}
