package io.github.amlmaven.core.spec.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the file is, reading it ends soon and says where the problem is. */
class SpecReaderTest {

    @TempDir
    Path project;

    @Test
    void anAliasBombIsRefusedAtOnce() throws IOException {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append(
                    "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1, i - 1, i - 1));
        }
        Instant began = Instant.now();

        Problem problem = only(read(bomb.toString()));

        assertThat(problem.code()).isEqualTo(ErrorCode.YAML_LIMIT);
        assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void fewAliasesThatStandForMillionsOfNodesAreRefused() throws IOException {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 9; i++) {
            bomb.append(
                    "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1, i - 1, i - 1));
        }

        assertThat(only(read(bomb.toString())).message()).contains("nodes");
    }

    @Test
    void tenThousandLevelsAreRefusedWithThePlace() throws IOException {
        Problem problem = only(read("name: x\ndeep: " + "[".repeat(10_000)));

        assertThat(problem.code()).isEqualTo(ErrorCode.YAML_LIMIT);
        assertThat(problem.location().line()).isEqualTo(2);
        assertThat(problem.location().column()).isBetween(40, 70);
    }

    @Test
    void aHugeFileIsRefusedBeforeItIsRead() throws IOException {
        assertThat(only(read("#".repeat(SpecReader.MAX_BYTES + 1))).code()).isEqualTo(ErrorCode.YAML_LIMIT);
    }

    @Test
    void objectTagsAreRefused() throws IOException {
        List<Problem> problems = read("a: !!javax.script.ScriptEngineManager []\nb: !!python/object:os.system x\n");

        assertThat(problems).extracting(Problem::code).containsExactly(ErrorCode.YAML_TAG, ErrorCode.YAML_TAG);
    }

    @Test
    void aDuplicateKeyNamesBothLines() throws IOException {
        Problem problem = only(read("name: a\ntype: b\nname: c\n"));

        assertThat(problem.code()).isEqualTo(ErrorCode.YAML_DUPLICATE_KEY);
        assertThat(problem.toString()).contains("spec.yml:3:1").contains("line 1");
    }

    @Test
    void aTabForIndentationIsNamedWithItsPlace() throws IOException {
        Problem problem = only(read("a:\n\tb: 1\n"));

        assertThat(problem.message()).contains("tab");
        assertThat(problem.location().line()).isEqualTo(2);
    }

    @Test
    void bytesThatAreNotUtf8AreNamedByOffset() throws IOException {
        Path file = project.resolve("spec.yml");
        Files.write(file, "name: caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

        Problem problem = only(new SpecReader().read(file, project).problems());

        assertThat(problem.code()).isEqualTo(ErrorCode.YAML_ENCODING);
        assertThat(problem.message()).contains("0xE9").contains("offset 9");
    }

    @Test
    void utf16IsNamedAsSuch() throws IOException {
        Path file = project.resolve("spec.yml");
        Files.write(file, "name: a\n".getBytes(StandardCharsets.UTF_16));

        assertThat(only(new SpecReader().read(file, project).problems()).message())
                .contains("UTF-16");
    }

    @Test
    void aByteOrderMarkAndWindowsLineEndsAreFine() throws IOException {
        Path file = Files.writeString(project.resolve("spec.yml"), "\uFEFFname: a\r\ntype: b\r\n");

        SpecDocument document = new SpecReader().read(file, project);

        assertThat(document.problems()).isEmpty();
        assertThat(document.mapping().text("type")).isEqualTo("b");
    }

    @Test
    void anEmptyFileIsAProblem() throws IOException {
        assertThat(only(read("# nothing\n")).message()).contains("empty");
    }

    @Test
    void aSecondDocumentIsNamed() throws IOException {
        Problem problem = only(read("a: 1\n---\nb: 2\n"));

        assertThat(problem.message()).contains("second document");
        assertThat(problem.location().line()).isEqualTo(2);
    }

    @Test
    void anAnchorThatContainsItselfIsRefused() throws IOException {
        assertThat(only(read("a: &x [*x]\n")).message()).contains("contains itself");
    }

    @Test
    void mavenExpressionsAreFilledInAndAmlsOwnAreLeftAlone() throws IOException {
        Path file = Files.writeString(
                project.resolve("spec.yml"),
                "version: ${project.version}\ncommand: echo ${HOME} ${{inputs.x}}\nother: ${nope}\n");

        SpecDocument document = new SpecReader(x -> x.equals("${project.version}") ? "1.2" : x).read(file, project);

        assertThat(document.root()).isInstanceOfSatisfying(SpecNode.Mapping.class, root -> {
            assertThat(root.text("version")).isEqualTo("1.2");
            assertThat(root.text("command")).isEqualTo("echo ${HOME} ${{inputs.x}}");
        });
        assertThat(only(document.problems()).toString())
                .contains("spec.yml:3:8")
                .contains("${nope}");
    }

    private List<Problem> read(String text) throws IOException {
        Path file = Files.writeString(project.resolve("spec.yml"), text);
        return new SpecReader().read(file, project).problems();
    }

    private static Problem only(List<Problem> problems) {
        assertThat(problems).hasSize(1);
        return problems.get(0);
    }
}
