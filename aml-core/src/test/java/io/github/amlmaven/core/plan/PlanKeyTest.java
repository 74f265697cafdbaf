package io.github.amlmaven.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.PlannedSecrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanKeyTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private static PlannedChange change(String secret) {
        return new PlannedChange(
                "r",
                Action.CREATE,
                Map.of(),
                List.of(),
                PlannedSecrets.of(Map.of(), Map.of("/a", secret, "/b", secret)));
    }

    private PlanKey own() {
        return PlanKey.of(Optional.empty(), folder.resolve(".aml/plan.key"));
    }

    @Test
    void theKeyIsMadeOnceForItsOwnerAlone() throws IOException {
        PlannedChange first = own().seal(change("1234"));

        assertThat(own().seal(change("1234"))).isEqualTo(first);
        assertThat(own().seal(change("1235")).secrets().wanted())
                .isNotEqualTo(first.secrets().wanted());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(".aml/plan.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void neitherASecretNorAHashThatAnybodyCouldMakeIsWritten() throws JsonProcessingException {
        PlannedChange sealed = own().seal(change("1234"));

        String written = JSON.writeValueAsString(sealed);
        assertThat(written).doesNotContain("1234").doesNotContain(Sha256.of("1234"));
        assertThat(sealed.secrets().wanted().values()).doesNotHaveDuplicates();
        assertThat(JSON.readValue(written, PlannedChange.class)).isEqualTo(sealed);
        // The same secret under another key is another fingerprint.
        assertThat(PlanKey.of(Optional.of("k".repeat(32)), folder)
                        .seal(change("1234"))
                        .secrets()
                        .wanted())
                .doesNotContainValue(sealed.secrets().wanted().get("/a"));
    }

    @Test
    void whatIsNotSealedIsNotWritten() {
        assertThatThrownBy(() -> JSON.writeValueAsString(change("1234"))).hasMessageContaining("sealed");
        assertThat(change("1234").toString()).doesNotContain("1234");
    }

    @Test
    void aKeyThatCouldBeGuessedIsRefused() {
        assertThatThrownBy(() -> PlanKey.of(Optional.of("short"), folder))
                .isInstanceOf(AmlException.class)
                .hasMessageContaining("AML_PLAN_KEY has 5 characters");
    }
}
