package io.github.amlmaven.emulator.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecTableTest {

    private static final Path COMMITTED = Path.of("src/main/resources/io/github/amlmaven/emulator/spec");

    /** {@code -Daml.spec.write=true} writes the tables anew instead of comparing. */
    @ParameterizedTest
    @CsvSource({
        "Microsoft.MachineLearningServices, 2025-12-01",
        "Microsoft.ContainerInstance, 2026-06-01-preview",
        "Microsoft.ContainerRegistry, 2026-01-01-preview",
        "Microsoft.ContainerService, 2026-03-02-preview"
    })
    void theCommittedTableIsWhatTheSpecificationSays(String provider, String version) throws Exception {
        Path catalog = Path.of(System.getProperty("aml.shared.dir"), "specs", provider, version, "catalog.json");
        String table = new SpecTableWriter(new ObjectMapper().readTree(catalog.toFile())).write();
        Path committed = COMMITTED.resolve(provider.toLowerCase(Locale.ROOT) + ".json");
        if (Boolean.getBoolean("aml.spec.write")) {
            Files.writeString(committed, table);
        }

        assertThat(committed).hasContent(table);
    }
}
