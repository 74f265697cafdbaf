package io.github.amlmaven.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which deployment scores; what comes of the job the invoker project deploy-batch-scores-files proves. */
class BatchScoringTest {

    private static final String WORKSPACE = LoopbackService.WORKSPACE.armId();
    private static final String ENDPOINT = WORKSPACE + "/batchEndpoints/factors";

    @TempDir
    private Path folder;

    private final LoopbackService service = new LoopbackService();
    private final AzureClients clients = service.clients(Progress.NONE);
    private final BatchScoring scoring = new BatchScoring(clients, Progress.NONE);

    @BeforeEach
    void anEndpointWithAModelAndAPipeline() {
        service.on(
                "GET " + ENDPOINT,
                request -> Answer.json(
                        200,
                        "{\"name\":\"factors\",\"properties\":{\"scoringUri\":\"https://localhost/jobs\","
                                + "\"defaults\":{\"deploymentName\":\"rows\"}}}"));
        deployment("rows", "{\"model\":{\"referenceType\":\"Id\",\"assetId\":\"/models/factor/versions/1\"}}");
        deployment("chain", "{\"deploymentConfiguration\":{\"componentId\":{\"assetId\":\"/components/chain\"}}}");
        service.on(
                "GET " + ENDPOINT + "/deployments",
                request -> Answer.json(200, "{\"value\":[{\"name\":\"rows\"},{\"name\":\"chain\"}]}"));
        service.on(
                "GET " + WORKSPACE + "/batchEndpoints",
                request -> Answer.json(200, "{\"value\":[{\"name\":\"factors\"}]}"));
    }

    private void deployment(String name, String properties) {
        service.on(
                "GET " + ENDPOINT + "/deployments/" + name,
                request -> Answer.json(200, "{\"name\":\"" + name + "\",\"properties\":" + properties + "}"));
    }

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    @Test
    void aNameIsOfABatchEndpointUnlessAnOnlineOneHasIt() {
        assertThat(scoring.isBatch("factors")).isTrue();
        assertThat(scoring.isBatch("wine")).isFalse();

        service.on(
                "GET " + WORKSPACE + "/onlineEndpoints/factors", request -> Answer.json(200, "{\"name\":\"factors\"}"));
        assertThat(scoring.isBatch("factors")).isFalse();
    }

    @Test
    void theDefaultScoresUnlessAnotherDeploymentIsNamed() {
        deployment("more", "{\"model\":{\"assetId\":\"/models/factor/versions/2\"}}");
        service.on(
                "GET " + ENDPOINT + "/deployments",
                request -> Answer.json(200, "{\"value\":[{\"name\":\"rows\"},{\"name\":\"more\"}]}"));

        assertThat(dryRun("factors", Optional.empty()).deployment()).isEqualTo("rows");
        assertThat(dryRun("factors", Optional.of("more")).deployment()).isEqualTo("more");
        assertThat(service.requests()).allMatch(request -> request.method().equals("GET"));
    }

    @Test
    void aPipelineIsRunByItsOwnGoal() {
        AmlException error = catchThrowableOfType(AmlException.class, () -> dryRun("factors", Optional.of("chain")));

        assertThat(error.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
        assertThat(error).hasMessageContaining("'chain' of batch endpoint 'factors' runs a pipeline");
        assertThat(error.remedy()).contains("mvn aml:invoke-pipeline -Daml.pipeline.endpoint=factors");
    }

    @Test
    void aMisspeltEndpointIsToldTheRightOne() {
        assertThat(catchThrowableOfType(AmlException.class, () -> dryRun("factor", Optional.empty())))
                .hasMessageEndingWith("Did you mean 'factors'?");
    }

    private BatchScoring.Result dryRun(String endpoint, Optional<String> deployment) {
        return scoring.score(
                new BatchScoring.Request(
                        endpoint,
                        deployment,
                        "azureml:wine:1",
                        folder,
                        folder.resolve("predictions"),
                        Duration.ofSeconds(5),
                        Optional.empty(),
                        true),
                job -> {});
    }
}
