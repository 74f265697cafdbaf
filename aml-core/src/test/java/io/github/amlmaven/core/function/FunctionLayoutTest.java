package io.github.amlmaven.core.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.error.ParameterCheck;
import io.github.amlmaven.core.function.FunctionTrigger.AuthLevel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FunctionLayoutTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> FILES =
            FunctionLayout.files(List.of("python3", "/opt/aml/server.py"), "/var/app");

    private static JsonNode json(String path) throws Exception {
        assertThat(FILES).containsKey(path);
        return JSON.readTree(FILES.get(path));
    }

    @Test
    void theScoringServerIsTheCustomHandlerWhateverTheTriggerIs() throws Exception {
        for (FunctionTrigger trigger : List.of(
                new FunctionTrigger.Http(AuthLevel.ADMIN),
                new FunctionTrigger.Queue("a", "b"),
                new FunctionTrigger.Blob("a", "b"))) {
            JsonNode host = json(trigger.layout() + "/host.json");
            assertThat(host.path("version").asText()).isEqualTo("2.0");
            assertThat(host.at("/customHandler/enableForwardingHttpRequest").asBoolean())
                    .isTrue();
            assertThat(host.at("/customHandler/description").toString())
                    .isEqualTo("{\"defaultExecutablePath\":\"python3\",\"workingDirectory\":\"/var/app\","
                            + "\"arguments\":[\"/opt/aml/server.py\"]}");
            assertThat(json(trigger.layout() + "/health/function.json")
                            .at("/bindings/0/authLevel")
                            .asText())
                    .isEqualTo("anonymous");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/home/site/wwwroot, function",
        "/opt/aml/functions/http-function, function",
        "/opt/aml/functions/http-anonymous, anonymous",
        "/opt/aml/functions/http-admin, admin"
    })
    void eachAuthLevelHasAFolderAndWhoSaysNothingNeedsAKey(String root, String level) throws Exception {
        for (String function : List.of("score", "swagger")) {
            JsonNode trigger = json(root + "/" + function + "/function.json").at("/bindings/0");
            assertThat(trigger.path("type").asText()).isEqualTo("httpTrigger");
            assertThat(trigger.path("authLevel").asText()).isEqualTo(level);
        }
    }

    @Test
    void queuesAndContainersAreNamedBySettings() throws Exception {
        JsonNode queue = json(new FunctionTrigger.Queue("", "").layout() + "/score/function.json")
                .path("bindings");
        assertThat(queue.at("/0/type").asText()).isEqualTo("queueTrigger");
        assertThat(queue.at("/0/queueName").asText()).isEqualTo("%AML_FUNCTION_INPUT%");
        assertThat(queue.at("/1/queueName").asText()).isEqualTo("%AML_FUNCTION_OUTPUT%");
        JsonNode blob = json(new FunctionTrigger.Blob("", "").layout() + "/score/function.json")
                .path("bindings");
        assertThat(blob.at("/0/path").asText()).isEqualTo("%AML_FUNCTION_INPUT%/{name}");
        assertThat(blob.at("/1/path").asText()).isEqualTo("%AML_FUNCTION_OUTPUT%/{name}.json");
        assertThat(blob.findValuesAsText("connection")).containsOnly("AzureWebJobsStorage");
        assertThat(new FunctionTrigger.Blob("in", "out").settings())
                .isEqualTo(Map.of("AML_FUNCTION_INPUT", "in", "AML_FUNCTION_OUTPUT", "out"));
    }

    @ParameterizedTest
    @CsvSource({
        "ab, out, queue 'ab'",
        "Wine, out, queue 'Wine'",
        "a--b, out, queue 'a--b'",
        "wine, wine-, outputQueue 'wine-'",
        "wine, wine, outputQueue: the same as queue would trigger itself"
    })
    void namesThatTheServiceRefusesAndLoopsAreRefusedFirst(String queue, String output, String told) {
        ParameterCheck check = new ParameterCheck();
        new FunctionTrigger.Queue(queue, output).check(check);
        assertThatThrownBy(() -> check.orThrow("no")).hasMessageContaining(told);
    }
}
