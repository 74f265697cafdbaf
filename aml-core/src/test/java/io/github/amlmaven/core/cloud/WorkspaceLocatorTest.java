package io.github.amlmaven.core.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceLocatorTest {

    private static final WorkspaceId ATTACHED = new WorkspaceId("s", "g", "w");
    private static final Map<String, String> COMPUTE = Map.of(
            "AZUREML_ARM_SUBSCRIPTION", "s2", "AZUREML_ARM_RESOURCEGROUP", "g2", "AZUREML_ARM_WORKSPACE_NAME", "w2");

    @TempDir
    private Path folder;

    @Test
    void whatAttachWritesIsFoundFromFoldersBelow() throws IOException {
        Path below = Files.createDirectories(folder.resolve("a/b"));

        assertThat(WorkspaceConfig.write(WorkspaceConfig.fileIn(folder), ATTACHED))
                .isTrue();

        assertThat(new WorkspaceLocator(COMPUTE).locate(null, null, null, below))
                .hasValueSatisfying(found -> assertThat(found.workspace()).isEqualTo(ATTACHED));
        assertThat(WorkspaceConfig.write(WorkspaceConfig.fileIn(folder), ATTACHED))
                .isFalse();
    }

    @Test
    void oneValueCanBeOverriddenAlone() {
        WorkspaceConfig.write(WorkspaceConfig.fileIn(folder), ATTACHED);

        assertThat(new WorkspaceLocator(Map.of()).locate(null, null, "other", folder))
                .hasValueSatisfying(
                        found -> assertThat(found.workspace()).isEqualTo(new WorkspaceId("s", "g", "other")));
    }

    @Test
    void theVariablesOfAComputeAreTheLastResort() {
        assertThat(new WorkspaceLocator(COMPUTE).locate(null, null, null, folder))
                .hasValueSatisfying(
                        found -> assertThat(found.workspace().workspace()).isEqualTo("w2"));
    }

    @Test
    void nothingAnywhereIsEmpty() {
        assertThat(new WorkspaceLocator(Map.of()).locate(null, null, null, folder))
                .isEmpty();
    }

    @Test
    void aPlainConfigJsonOfSomethingElseIsPassedBy() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"theme\":\"dark\"}");

        assertThat(new WorkspaceLocator(Map.of()).locate(null, null, null, folder))
                .isEmpty();
    }

    @Test
    void aBrokenConfigIsNamedWithItsRemedy() throws IOException {
        Path file = WorkspaceConfig.fileIn(folder);
        Files.createDirectories(folder.resolve(".azureml"));
        Files.writeString(file, "{not json");

        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> new WorkspaceLocator(Map.of()).locate(null, null, null, folder));

        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
        assertThat(failure.describe()).contains("config.json").contains("aml:attach");
    }

    @Test
    void aWorkspaceNamedInPartIsRefused() {
        AmlException failure = catchThrowableOfType(
                AmlException.class, () -> new WorkspaceLocator(Map.of()).locate("s", null, "w", folder));

        assertThat(failure).hasMessageContaining("there is no resource group");
    }
}
