package io.github.amlmaven.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoringKeyFileTest {

    @TempDir
    private Path folder;

    private final ScoringKeys keys = ScoringKeys.generate(new SecureRandom());

    @Test
    void whatWasWrittenIsReadAgainAndNoDraftStays() {
        ScoringKeyFile file = new ScoringKeyFile(folder.resolve("sub/iris.keys.json"));
        ScoringKeyFile.Content content =
                new ScoringKeyFile.Content(keys, Optional.of(URI.create("http://localhost:1/score")));

        file.write(content);

        assertThat(file.read()).contains(content);
        assertThat(folder.resolve("sub"))
                .isDirectoryContaining("glob:**/iris.keys.json")
                .isDirectoryNotContaining("glob:**/.keys*");
    }

    @Test
    void aBrokenFileIsAnErrorThatDoesNotShowItsText() throws IOException {
        Path path = folder.resolve("iris.keys.json");
        Files.writeString(path, "{\"primaryKey\": hush-hush");

        AmlException failure = catchThrowableOfType(AmlException.class, () -> new ScoringKeyFile(path).read());

        assertThat(failure.code()).isEqualTo(ErrorCode.LOCAL_IO);
        assertThat(failure.describe()).doesNotContain("hush");
    }

    @Test
    void keysAreNeverPrinted() {
        assertThat(keys.toString() + new ScoringKeyFile.Content(keys, Optional.empty()))
                .doesNotContain(keys.primary())
                .doesNotContain(keys.secondary());
        assertThat(keys.redact("log: " + keys.secondary())).isEqualTo("log: ***");
    }

    @Test
    void aFingerprintDependsOnContentAndKeysAndNotOnOrder() {
        String one = DesiredState.fingerprint("{\"a\":1,\"b\":{\"c\":2,\"d\":3}}", keys);

        assertThat(DesiredState.fingerprint("{\"b\":{\"d\":3,\"c\":2},\"a\":1}", keys))
                .isEqualTo(one);
        assertThat(DesiredState.fingerprint("{\"a\":2,\"b\":{\"c\":2,\"d\":3}}", keys))
                .isNotEqualTo(one);
        assertThat(DesiredState.fingerprint(
                        "{\"a\":1,\"b\":{\"c\":2,\"d\":3}}", ScoringKeys.generate(new SecureRandom())))
                .isNotEqualTo(one);
    }
}
