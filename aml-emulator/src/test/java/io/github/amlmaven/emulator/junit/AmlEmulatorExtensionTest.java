package io.github.amlmaven.emulator.junit;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.Emulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@AmlEmulator(workspace = "mine")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AmlEmulatorExtensionTest {

    private final Emulator ofTheClass;

    AmlEmulatorExtensionTest(Emulator ofTheClass) {
        this.ofTheClass = ofTheClass;
    }

    @Test
    void aClassHasOneEmulatorWithTheWorkspaceItAskedFor(Emulator emulator) {
        assertThat(emulator).isSameAs(ofTheClass);
        AzureClients azure = new AzureClients(emulator);
        assertThat(azure.call(HttpMethod.GET, azure.workspace(), "")
                        .body()
                        .path("name")
                        .asText())
                .isEqualTo("mine");
    }
}
