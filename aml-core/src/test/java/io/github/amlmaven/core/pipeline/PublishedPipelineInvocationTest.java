package io.github.amlmaven.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.pipeline.PublishedPipelineRequest.EndpointById;
import io.github.amlmaven.core.pipeline.PublishedPipelineRequest.EndpointByName;
import io.github.amlmaven.core.pipeline.PublishedPipelineRequest.Published;
import io.github.amlmaven.core.pipeline.PublishedPipelineRequest.Target;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ReceivedRequest;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PublishedPipelineInvocationTest {

    private static final String ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6";

    private final LoopbackService service = new LoopbackService();
    private final AzureClients clients = service.clients(Progress.NONE);

    @BeforeEach
    void aWorkspaceThatTellsItsServices() {
        String workspace = LoopbackService.WORKSPACE.armId();
        service.play(
                        "GET " + workspace,
                        Answer.json(200, "{\"properties\":{\"discoveryUrl\":\"" + service.uri() + "/discovery\"}}"))
                .play("GET /discovery", Answer.json(200, "{\"api\":\"" + service.uri() + "/\"}"))
                .otherwise(request -> request.path().contains("missing")
                        ? Answer.json(404, "{\"error\":{\"code\":\"NotFound\"}}")
                        : Answer.json(200, "{\"Id\":\"run-1\",\"PipelineRunId\":\"run-1\"}"));
    }

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    static Stream<Arguments> targets() {
        return Stream.of(
                Arguments.of(new Published(ID), "/PipelineSubmit/" + ID, ""),
                Arguments.of(new EndpointById(ID, Optional.empty()), "/PipelineEndpointSubmit/Id/" + ID, ""),
                Arguments.of(
                        new EndpointByName("nightly", Optional.of("3")),
                        "/PipelineEndpointSubmit/Name/nightly",
                        "pipelineVersion=3"));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void theSmallestBodyIsAnEmptyObject(Target target, String path, String query) {
        PipelineInvocationResult result = invoke(target, Map.of(), Optional.empty(), false);

        ReceivedRequest sent = submitted();
        assertThat(sent.path())
                .isEqualTo("/pipelines/v1.0" + LoopbackService.WORKSPACE.armId() + "/PipelineRuns" + path);
        assertThat(sent.rawQuery()).isEqualTo(query);
        assertThat(sent.text()).isEqualTo("{}");
        assertThat(result.jobName()).isEqualTo("run-1");
    }

    @Test
    void parametersDataPathsAndTheExperimentHaveTheirOwnKeys() {
        invoke(
                new Published(ID),
                Map.of("alpha", "0.5", "raw", "azureml://datastores/blob/paths/a/b"),
                Optional.of("nightly"),
                false);

        assertThat(submitted().text())
                .isEqualTo("{\"ExperimentName\":\"nightly\",\"ParameterAssignments\":{\"alpha\":\"0.5\"},"
                        + "\"DataPathAssignments\":{\"raw\":{\"DataStoreName\":\"blob\",\"RelativePath\":\"a/b\"}}}");
    }

    @Test
    void aDryRunShowsTheBodyAndSendsNothing() {
        PipelineInvocationResult result = invoke(new Published(ID), Map.of("alpha", "1"), Optional.empty(), true);

        assertThat(result.body().toString()).isEqualTo("{\"ParameterAssignments\":{\"alpha\":\"1\"}}");
        assertThat(service.requests()).isEmpty();
    }

    @Test
    void oneThatIsNotThereIsNamed() {
        AmlException error = catchThrowableOfType(
                AmlException.class,
                () -> invoke(new EndpointByName("missing", Optional.of("9")), Map.of(), Optional.empty(), false));

        assertThat(error.code()).isEqualTo(ErrorCode.PIPELINE_NOT_FOUND);
        assertThat(error).hasMessageContaining("pipeline endpoint 'missing' in version 9");
    }

    private PipelineInvocationResult invoke(
            Target target, Map<String, String> parameters, Optional<String> experiment, boolean dryRun) {
        return new PublishedPipelineInvocation(clients, Progress.NONE)
                .invoke(new PublishedPipelineRequest(target, parameters, experiment, Optional.empty(), dryRun));
    }

    private ReceivedRequest submitted() {
        return service.requests().stream()
                .filter(request -> request.method().equals("POST"))
                .findFirst()
                .orElseThrow();
    }
}
