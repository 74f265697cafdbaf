package io.github.amlmaven.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoringRequestChecksTest {

    @TempDir
    Path folder;

    private Project project;

    @BeforeEach
    void newProject() throws IOException {
        project = new Project(folder.resolve("project"), folder.resolve("cache"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            def run(data): pass                              | does not have a init() function defined.
            def init(): pass                                 | does not have a run() function defined.
            def init(): pass;;def run(): pass                | run() needs to accept an argument for input data.
            def init(): pass;;def run(request_headers): pass | run() needs to accept an argument other than "request_headers".
            def init(): pass;;def run(*args): pass           | run() cannot accept positional-only arguments, *args, or **kwargs.
            def init(model): pass;;def run(data): pass       | init() is called without arguments.
            def init(): pass;;def run(data) pass             | The script cannot be parsed: expected ':'
            """)
    void aScriptThatWouldNotServeIsRefusedInTheServersWords(String script, String message) throws IOException {
        project.write("src/main/python/score.py", script.replace(";;", "\n") + "\n");

        assertThatThrownBy(this::check).isInstanceOfSatisfying(AmlException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.SCORING_SCRIPT_INVALID);
            assertThat(e.problems()).hasSize(1);
            assertThat(e.problems().get(0).toString())
                    .contains("src/main/python/score.py:")
                    .endsWith(message);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            from serving import init, run
            from serving import *
            import serving;;init = serving.start;;run = serving.answer
            if True:;;    def init(): pass;;    def run(raw_data, request_headers): pass
            """)
    void functionsMayComeFromElsewhere(String script) throws IOException {
        project.write("src/main/python/score.py", script.replace(";;", "\n") + "\n");

        check();
    }

    @Test
    void aByteOrderMarkIsNoMistakeAndAnotherEncodingIs() throws IOException {
        project.write("src/main/python/score.py", "\uFEFF" + Project.SCORE);
        check();

        Files.write(
                project.root.resolve("src/main/python/score.py"),
                "def init():\n    'caf\u00e9'\n".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        assertThatThrownBy(this::check).hasMessageContaining("problem found");
    }

    @Test
    void aLinkOutOfTheProjectIsRefused() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "x");
        Files.createSymbolicLink(project.root.resolve("model/weights"), secret);

        assertThatThrownBy(this::check).isInstanceOfSatisfying(AmlException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.FILE_OUTSIDE_PROJECT);
            assertThat(e.describe()).contains("model/weights").contains("-Daml.allowOutsideProject=true");
        });
    }

    @Test
    void aLinkToItselfIsRefused() throws IOException {
        Files.createSymbolicLink(project.root.resolve("model/again"), project.root.resolve("model"));

        assertThatThrownBy(this::check).hasMessageContaining("is a link to itself");
    }

    @Test
    void aScriptOutsideTheCodeFolderIsRefused() {
        project.script = "../../../model/factor.json";

        assertThatThrownBy(this::check)
                .isInstanceOfSatisfying(
                        AmlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_OUTSIDE_PROJECT));
    }

    @Test
    void aScriptThatWasGoodIsCheckedAgainOnceItChanges() throws IOException {
        check();
        check();
        project.write("src/main/python/score.py", "def init(): pass\n");

        assertThatThrownBy(this::check)
                .isInstanceOfSatisfying(
                        AmlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCORING_SCRIPT_INVALID));
    }

    private void check() {
        new ScoringImageBuild(Progress.NONE).check(project.request());
        assertThat(project.root.resolve("target")).doesNotExist();
    }
}
