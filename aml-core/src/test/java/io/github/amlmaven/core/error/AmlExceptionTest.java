package io.github.amlmaven.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class AmlExceptionTest {

    private static final Problem TYPO = problem(ErrorCode.SPEC_UNKNOWN_KEY, 1);
    private static final Problem ANOTHER_TYPO = problem(ErrorCode.SPEC_UNKNOWN_KEY, 2);
    private static final Problem NO_FILE = problem(ErrorCode.FILE_MISSING, 3);

    @Test
    void problemsOfOneKindAreReportedUnderTheirOwnCode() {
        assertThat(AmlException.ofProblems(List.of(TYPO, ANOTHER_TYPO)).code()).isEqualTo(ErrorCode.SPEC_UNKNOWN_KEY);
    }

    @Test
    void problemsOfSeveralKindsAreNotReportedUnderTheCodeOfTheFirst() {
        AmlException error = AmlException.ofProblems(List.of(TYPO, NO_FILE));

        assertThat(error.code()).isEqualTo(ErrorCode.FILES_INVALID);
        assertThat(error.describe())
                .startsWith("AML-2000  2 problems found")
                .contains("AML-2103  f:1", "AML-2201  f:3");
    }

    private static Problem problem(ErrorCode code, int line) {
        return new Problem(code, new Location(Path.of("f"), line, 1), "wrong");
    }
}
