package io.github.amlmaven.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.PlannedSecrets;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
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
    }

    @Test
    void theKeyIsReadableForItsOwnerAlone() throws IOException {
        assumeThat(FileSystems.getDefault().supportedFileAttributeViews()).contains("posix");
        own();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(".aml/plan.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void buildsThatMakeTheKeyAtTheSameTimeHaveOneKey() throws Exception {
        ExecutorService builds = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 50; round++) {
                Path file = folder.resolve("home" + round).resolve(".aml/plan.key");
                CyclicBarrier start = new CyclicBarrier(4);
                List<Future<PlannedChange>> sealed = builds.invokeAll(Collections.nCopies(4, () -> {
                    start.await(30, TimeUnit.SECONDS);
                    return PlanKey.of(Optional.empty(), file).seal(change("1234"));
                }));
                Set<PlannedChange> different = new HashSet<>();
                for (Future<PlannedChange> one : sealed) {
                    different.add(one.get());
                }
                assertThat(different).hasSize(1);
                try (Stream<Path> files = Files.list(file.getParent())) {
                    assertThat(files).containsExactly(file);
                }
            }
        } finally {
            builds.shutdownNow();
        }
    }

    @Test
    void whereNoKeyIsNeededNoneIsMade() throws IOException {
        Path file = folder.resolve(".aml/plan.key");

        assertThat(PlanKey.ifThere(Optional.empty(), file)).isEmpty();
        assertThat(file.getParent()).doesNotExist();
        PlannedChange sealed = own().seal(change("1234"));
        assertThat(PlanKey.ifThere(Optional.empty(), file).orElseThrow().seal(change("1234")))
                .isEqualTo(sealed);
        Files.writeString(file, "short");
        assertThat(PlanKey.ifThere(Optional.empty(), file)).isEmpty();
        assertThatThrownBy(this::own).hasMessageContaining("holds no key for plans");
    }

    @Test
    void aUserWithoutAHomeIsToldSo() {
        Path nowhere = Path.of("?", ".aml", "plan.key");

        assertThat(PlanKey.ifThere(Optional.empty(), nowhere)).isEmpty();
        assertThatThrownBy(() -> PlanKey.of(Optional.empty(), nowhere))
                .hasMessageContaining("no home folder")
                .asInstanceOf(InstanceOfAssertFactories.type(AmlException.class))
                .extracting(AmlException::code)
                .isEqualTo(ErrorCode.CONFIGURATION_INVALID);
        assertThat(Path.of("?")).doesNotExist();
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
