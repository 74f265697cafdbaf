package io.github.amlmaven.emulator.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.HttpError;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecValidatorTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ML = "Microsoft.MachineLearningServices";

    @Test
    void aClientMaySendBackWhatOnlyTheServiceSets() throws Exception {
        var shown = json("{'id':'x','properties':{'modelUri':'u','provisioningState':'Succeeded','tags':{'n':1}}}");

        ObjectNode accepted = SpecValidator.check(ML, "ModelVersion", shown, Optional.of(shown));

        assertThat(accepted.toString()).isEqualTo("{\"properties\":{\"modelUri\":\"u\",\"tags\":{\"n\":1}}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'properties':{'provisioningState':'Failed'}}"})
    void whatOnlyTheServiceSetsIsRefusedUnlessItHasSaidSo(String present) {
        assertThatThrownBy(() -> SpecValidator.check(
                        ML,
                        "ModelVersion",
                        json("{'properties':{'modelUri':'u','provisioningState':'Succeeded'}}"),
                        Optional.of(json(present))))
                .isInstanceOf(HttpError.class)
                .hasMessageContaining("Property 'provisioningState' is read-only and cannot be set. Path"
                        + " 'properties.provisioningState'");
    }

    @Test
    void valuesOfAnyCaseBecomeTheSpecifications() throws Exception {
        assertThat(SpecValidator.check(
                                ML, "BatchEndpoint", json("{'location':'w','properties':{'authMode':'aadToken'}}"))
                        .at("/properties/authMode")
                        .asText())
                .isEqualTo("AADToken");
        assertThat(SpecValidator.check(
                                ML,
                                "ComputeResource",
                                json("{'properties':{'computeType':'amlcompute','properties':{'vmSize':'x'}}}"))
                        .at("/properties/computeType")
                        .asText())
                .isEqualTo("AmlCompute");
    }

    private static JsonNode json(String quoted) throws JsonProcessingException {
        return JSON.readTree(quoted.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "OnlineEndpoint | {'location':'w','properties':{'authMode':'Key','trafic':{}}} | Could not find member 'trafic' on object of type 'OnlineEndpointProperties'. Path 'properties.trafic'",
                "OnlineEndpoint | {'properties':{'authMode':'Key'}} | Required property 'location' not found in JSON.",
                "OnlineEndpoint | {'location':'w','properties':{'authMode':'Kee'}} | Error converting value \"Kee\" to type 'EndpointAuthMode'. Path 'properties.authMode'",
                "OnlineEndpoint | {'location':'w','properties':{'authMode':'Key','traffic':{'blue':'all'}}} | Path 'properties.traffic.blue'",
                "ComputeResource | {'properties':{'computeType':'Toaster'}} | Error converting value \"Toaster\" to type 'Compute'. Path 'properties.computeType'",
                "ComputeResource | {'properties':{'computeType':'AmlCompute','properties':{'vmSise':'x'}}} | Path 'properties.properties.vmSise'",
                "DataVersionBase | {'properties':{'dataType':'uri_file'}} | Required property 'dataUri' not found in JSON."
            })
    void aBadBodyIsRefusedWithThePathOfWhatIsWrong(String type, String body, String message) throws Exception {
        var parsed = JSON.readTree(body.replace('\'', '"'));

        assertThatThrownBy(() -> SpecValidator.check(ML, type, parsed))
                .isInstanceOfSatisfying(
                        HttpError.class, e -> assertThat(e.status()).isEqualTo(400))
                .satisfies(e -> assertThat(JSON.readTree(((HttpError) e).body())
                                .path("error")
                                .path("message")
                                .asText())
                        .contains(message));
    }
}
