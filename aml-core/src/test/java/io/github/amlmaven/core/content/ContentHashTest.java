package io.github.amlmaven.core.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ContentHashTest {

    @TempDir
    Path folder;

    @TestFactory
    List<DynamicTest> hashesEqualThoseOfTheOfficialClient() throws IOException {
        Path vectors = Path.of(System.getProperty("aml.shared.dir"))
                .resolve("specs/Microsoft.MachineLearningServices/traces/hash-vectors.json");
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode vector : new ObjectMapper().readTree(vectors.toFile()).get("vectors")) {
            Path root = write(vector);
            tests.add(DynamicTest.dynamicTest(vector.get("name").asText(), () -> {
                assertThat(AssetHash.object(root))
                        .isEqualTo(vector.get("objectHash").asText());
                assertThat(AssetHash.content(root))
                        .isEqualTo(vector.get("contentHash").asText());
            }));
        }
        assertThat(tests).isNotEmpty();
        return tests;
    }

    @Test
    void aLinkThatLeavesTheFolderIsNotUploaded() throws IOException {
        Path outside = Files.writeString(folder.resolve("secret.txt"), "s");
        Path code = Files.createDirectory(folder.resolve("code"));
        Files.createSymbolicLink(code.resolve("link.txt"), outside);

        assertThatThrownBy(() -> ContentFiles.of(code))
                .isInstanceOfSatisfying(
                        AmlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_OUTSIDE_PROJECT))
                .hasMessageContaining("link.txt");
    }

    @Test
    void aLinkToNothingIsNamedWithItsTargetAndWhatToDo() throws IOException {
        Path code = Files.createDirectory(folder.resolve("code"));
        Files.writeString(code.resolve("a.py"), "1");
        Files.createSymbolicLink(code.resolve("weights.bin"), Path.of("../gone/weights.bin"));

        assertThatThrownBy(() -> ContentFiles.of(code)).isInstanceOfSatisfying(AmlException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.FILE_MISSING);
            assertThat(e.describe())
                    .contains("code/weights.bin points to nothing", "there is no ../gone/weights.bin", ".amlignore")
                    .doesNotContain("YAML");
        });
    }

    @Test
    void aLinkToAFolderAboveDoesNotLoop() throws IOException {
        Path code = Files.createDirectory(folder.resolve("code"));
        Files.writeString(code.resolve("a.py"), "1");
        Files.createSymbolicLink(code.resolve("again"), code);

        assertThatThrownBy(() -> ContentFiles.of(code))
                .isInstanceOf(AmlException.class)
                .hasMessageContaining("again");
    }

    @Test
    void namesThatDifferInCaseOnlyHaveOneOrder() throws IOException {
        for (String name : List.of("b.py", "B.py", "a.py", "A.py")) {
            Files.writeString(folder.resolve(name), name);
        }

        assertThat(ContentFiles.of(folder).files())
                .extracting(ContentFiles.Entry::name)
                .containsExactly("A.py", "a.py", "B.py", "b.py");
    }

    @Test
    void codeIsListedWithoutWhatPythonLeavesBehind() throws IOException {
        Files.createDirectories(folder.resolve("sub/__pycache__"));
        Files.writeString(folder.resolve("sub/__pycache__/a.cpython-311.pyc"), "1");
        Files.writeString(folder.resolve("sub/a.py"), "1");

        assertThat(ContentFiles.of(folder).withoutLeftovers().files())
                .extracting(ContentFiles.Entry::name)
                .containsExactly("sub/a.py");
    }

    @Test
    void anEmptyFolderIsAnError() {
        assertThatThrownBy(() -> ContentFiles.of(folder)).hasMessageContaining("holds no file");
    }

    @Test
    void ignoreRulesAreThoseOfGit() {
        IgnoreRules rules = IgnoreRules.parse("# comment\n*.log\n!keep.log\n/top.txt\nbuild/\ndoc/**/x.md\n[ab].py\n");

        assertThat(rules.excludes("a/b/c.log")).isTrue();
        assertThat(rules.excludes("a/keep.log")).isFalse();
        assertThat(rules.excludes("top.txt")).isTrue();
        assertThat(rules.excludes("sub/top.txt")).isFalse();
        assertThat(rules.excludes("build")).isFalse();
        assertThat(rules.excludes("sub/build/x")).isTrue();
        assertThat(rules.excludes("doc/a/b/x.md")).isTrue();
        assertThat(rules.excludes("doc/x.md")).isTrue();
        assertThat(rules.excludes("a.py")).isTrue();
        assertThat(rules.excludes("c.py")).isFalse();
    }

    @Test
    void aHostilePatternIsMatchedInNoTime() {
        IgnoreRules rules = IgnoreRules.parse("*a*a*a*a*a*a*a*a*a*a*a*a*b");

        assertThat(rules.excludes("a".repeat(5_000))).isFalse();
    }

    private Path write(JsonNode vector) throws IOException {
        Path root = folder.resolve("vectors").resolve(vector.get("name").asText());
        if (vector.has("singleFile")) {
            Files.createDirectories(folder.resolve("vectors"));
            return Files.writeString(root, vector.get("singleFile").asText());
        }
        for (var file : vector.get("files").properties()) {
            Path path = root.resolve(file.getKey());
            Files.createDirectories(path.resolveSibling("."));
            Files.writeString(path, file.getValue().asText());
        }
        return root;
    }
}
