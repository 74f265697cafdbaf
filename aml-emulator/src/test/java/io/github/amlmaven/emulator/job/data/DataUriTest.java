package io.github.amlmaven.emulator.job.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.emulator.arm.ResourceId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DataUriTest {

    private static final ResourceId WORKSPACE = new ResourceId(
            "/subscriptions/s/resourcegroups/g/providers/Microsoft.MachineLearningServices/workspaces/w");

    @Test
    void everyFormOfTheOfficialClientIsRead() throws Exception {
        assertThat(DataUri.parse("azureml://datastores/ds/paths/a/b/"))
                .isEqualTo(new DataUri.DatastorePath(Optional.empty(), "ds", "a/b/"));
        assertThat(DataUri.parse("azureml://subscriptions/s/resourcegroups/g/workspaces/w/datastores/ds/paths/a"))
                .isEqualTo(new DataUri.DatastorePath(Optional.of(WORKSPACE), "ds", "a"));
        assertThat(DataUri.parse("azureml:" + WORKSPACE + "/data/d/versions/1"))
                .isEqualTo(new DataUri.AssetId(new ResourceId(WORKSPACE + "/data/d/versions/1")));
        assertThat(DataUri.parse(WORKSPACE + "/models/m/versions/2"))
                .isEqualTo(new DataUri.AssetId(new ResourceId(WORKSPACE + "/models/m/versions/2")));
        assertThat(DataUri.parse("azureml:m:3")).isEqualTo(new DataUri.AssetName("m", "3", false));
        assertThat(DataUri.parse("azureml:m@latest")).isEqualTo(new DataUri.AssetName("m", "latest", true));
        assertThat(DataUri.parse("azureml://jobs/j/outputs/o/paths/p/q"))
                .isEqualTo(new DataUri.JobOutput("j", "o", "p/q"));
        assertThat(DataUri.parse("runs:/j/model")).isEqualTo(new DataUri.JobOutput("j", "artifacts", "model"));
        assertThat(DataUri.parse("azureml://locations/westeurope/workspaces/guid/models/m/versions/1"))
                .isEqualTo(new DataUri.AssetName("m", "1", false));
    }

    @Test
    void otherTextIsRefusedWithTheFormsThatAreKnown() {
        assertThatThrownBy(() -> DataUri.parse("./data"))
                .isInstanceOf(DataFailure.class)
                .hasMessageContaining("azureml://datastores/");
    }
}
