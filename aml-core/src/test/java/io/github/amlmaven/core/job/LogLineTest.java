package io.github.amlmaven.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogLineTest {

    @Test
    void coloursAndCursorMovesAreTakenOut() {
        assertThat(LogLine.harmless("\u001B[31mred\u001B[0m \u001B]0;title\u0007\u001B[2Jend"))
                .isEqualTo("red end");
    }

    @Test
    void commandsToCiSystemsAreBroken() {
        assertThat(LogLine.harmless("##vso[task.setvariable variable=a]b"))
                .isEqualTo("# #vso[task.setvariable variable=a]b");
        assertThat(LogLine.harmless("##[error]no")).isEqualTo("# #[error]no");
        assertThat(LogLine.harmless("::set-output name=a::b")).isEqualTo(": :set-output name=a::b");
    }

    @Test
    void aProgressBarShowsItsLastState() {
        assertThat(LogLine.harmless("10%\r50%\r100%\r")).isEqualTo("100%");
    }

    @Test
    void plainTextStaysAsItIs() {
        assertThat(LogLine.harmless("epoch 1:\tloss=0.5 \u00e4\u20ac # comment std::vector"))
                .isEqualTo("epoch 1:\tloss=0.5 \u00e4\u20ac # comment std::vector");
    }
}
