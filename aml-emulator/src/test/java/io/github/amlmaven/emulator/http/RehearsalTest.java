package io.github.amlmaven.emulator.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class RehearsalTest {

    @Test
    void theRequestIsAnsweredInFull() throws IOException {
        assertThat(Rehearsal.answer())
                .startsWith("HTTP/1.1 200 OK\r\n")
                .containsIgnoringCase("x-ms-request-id: ")
                .endsWith("{\"status\":\"ok\"}");
    }
}
