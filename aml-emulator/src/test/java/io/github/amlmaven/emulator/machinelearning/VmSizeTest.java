package io.github.amlmaven.emulator.machinelearning;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VmSizeTest {

    /** From concept-compute-target and reference-managed-online-endpoints-vm-sku-list. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Standard_D1",
                "Standard_D2_v2",
                "STANDARD_DS3_V2",
                "Standard_DS11-1_v2",
                "Standard_D4s_v3",
                "Standard_D2as_v4",
                "Standard_D16ads_v5",
                "Standard_E8bds_v5",
                "standard_e4s_v3",
                "Standard_E96ias_v4",
                "Standard_F16s_v2",
                "Standard_FX48mds",
                "Standard_H16mr",
                "Standard_HB120-96rs_v3",
                "Standard_HC44rs",
                "Standard_L8s_v2",
                "Standard_M208ms_v2",
                "Standard_M416-208s_v2",
                "Standard_NC6",
                "Standard_NC6_Promo",
                "Standard_NC24rs_v3",
                "Standard_NC64as_T4_v3",
                "Standard_NC96ads_A100_v4",
                "Standard_NC40ads_H100_v5",
                "Standard_ND96asr_v4",
                "Standard_ND96amsr_A100_v4",
                "Standard_ND96isr_H100_v5",
                "Standard_NV36adms_A10_v5"
            })
    void sizesOfAzureAreTaken(String name) {
        assertThat(VmSize.supported(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Standard_B2s",
                "Standard_XX9",
                "Standard_DS",
                "Standard_DS3v2_",
                "DS3_v2",
                "Basic_A1",
                "Standard_DS3_v2 ",
                "Standard_NC6_T5_v3",
                "defaultinstancetype"
            })
    void whatAzureMachineLearningDoesNotHaveIsNot(String name) {
        assertThat(VmSize.supported(name)).isFalse();
    }

    @Test
    void allThatTheRegionListsAreTaken() {
        assertThat(VmSize.ALL).isNotEmpty().allMatch(size -> VmSize.supported(size.name()));
    }

    @Test
    void theRefusalNamesWhatThereIs() {
        assertThat(VmSize.unsupported("Standard_B2s", "Cluster.Properties.VMSize")
                        .body())
                .contains(
                        "\"InvalidPropertyValue\"",
                        "The specified value Standard_B2s for property Cluster.Properties.VMSize is not a supported VM size.",
                        "\"SupportedVMSizes\"",
                        "STANDARD_DS3_V2");
    }
}
