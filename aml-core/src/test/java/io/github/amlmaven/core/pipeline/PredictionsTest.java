package io.github.amlmaven.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionsTest {

    @TempDir
    Path folder;

    @Test
    void rowsAreCountedInTheFileThatTheDeploymentNamesWhereverItLies() throws IOException {
        Files.createDirectories(folder.resolve("sub"));
        Files.writeString(folder.resolve("log.txt"), "1\n2\n3\n");
        Path rows = Files.writeString(folder.resolve("sub/rows.csv"), "a 1\n\nb 2\n");

        Predictions predictions = Predictions.in(folder, Optional.of("rows.csv"));

        assertThat(predictions.file()).contains(rows);
        assertThat(predictions.rows()).hasValue(2);
        assertThat(Predictions.in(folder, Optional.empty()).rows()).isEmpty();
        AmlException none =
                catchThrowableOfType(AmlException.class, () -> Predictions.in(folder, Optional.of("predictions.csv")));
        assertThat(none.code()).isEqualTo(ErrorCode.JOB_OUTPUT_EMPTY);
        assertThat(none.remedy()).contains("run()");
    }

    @Test
    void expectedRowsMayComeInAnyOrderAsOftenAsTheyAreExpected() throws IOException {
        Files.write(
                folder.resolve("rows.csv"), "b \u00e9\na 1\na 1\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Predictions predictions = Predictions.in(folder, Optional.of("rows.csv"));

        assertThatCode(() -> predictions.requireRows(Predictions.rowsOf("a 1\nb \u00e9\n\na 1")))
                .doesNotThrowAnyException();
        Path expected = Files.writeString(folder.resolve("expected.csv"), "a 1\na 1\nb \u00e9\n");
        assertThatCode(() -> predictions.requireRows(Predictions.rowsOf(expected)))
                .doesNotThrowAnyException();

        AmlException error = catchThrowableOfType(
                AmlException.class, () -> predictions.requireRows(Predictions.rowsOf("a 1\nc 3\nd 4")));
        assertThat(error.code()).isEqualTo(ErrorCode.SCORING_UNEXPECTED);
        assertThat(error)
                .hasMessage(
                        "2 rows are expected and missing: c 3 | d 4; 2 rows are there and not expected: b \u00e9 | a 1");
        assertThat(error.remedy()).contains(folder.resolve("rows.csv").toString());
    }

    @Test
    void aScriptsOwnFilesHaveNoRowsToCompare() {
        Predictions predictions = Predictions.in(folder, Optional.empty());

        assertThat(catchThrowableOfType(AmlException.class, () -> predictions.requireRows(List.of("a")))
                        .code())
                .isEqualTo(ErrorCode.CONFIGURATION_INVALID);
    }
}
