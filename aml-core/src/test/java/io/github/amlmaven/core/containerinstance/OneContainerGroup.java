package io.github.amlmaven.core.containerinstance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.registry.RegistryAccess;
import io.github.amlmaven.core.scoring.ScoringAuth;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.PlainServer;
import io.github.amlmaven.core.testing.ProgressLog;
import io.github.amlmaven.core.testing.ReceivedRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A resource group for one container group, and a model that answers in it. */
abstract class OneContainerGroup {

    static final ObjectMapper JSON = new ObjectMapper();
    static final String ID = LoopbackService.WORKSPACE.resourceGroupId()
            + "/providers/Microsoft.ContainerInstance/containerGroups/scorer";
    static final String IMAGE = "acr1.azurecr.io/iris@sha256:" + "a".repeat(64);

    @TempDir
    Path folder;

    final LoopbackService service = new LoopbackService();
    final ProgressLog progress = new ProgressLog();
    final AzureClients clients = service.clients(progress);
    final AtomicInteger puts = new AtomicInteger();

    @Nullable
    ObjectNode live;

    PlainServer model = new PlainServer(request -> Answer.text(401, ""));

    @BeforeEach
    void anEmptyResourceGroup() {
        model = new PlainServer(
                request -> request.getUrl().getPath().equals("/") ? Answer.text(200, "Healthy") : Answer.text(401, ""));
        service.on("GET " + ID, request -> live == null ? Answer.error(404, "ResourceNotFound", "no group") : json(200))
                .on("PUT " + ID, request -> {
                    puts.incrementAndGet();
                    live = stored(request);
                    return json(201);
                })
                .on("DELETE " + ID, request -> {
                    live = null;
                    return Answer.empty(204);
                });
    }

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    final ContainerGroupDeployment deployment() {
        return new ContainerGroupDeployment(clients.containerInstances(), model, progress);
    }

    final ContainerGroupRequest request() {
        return request(1.0, Map.of("TOKEN", "s3cret"));
    }

    final ContainerGroupRequest request(double cpu, Map<String, String> secure) {
        return request(cpu, secure, Duration.ofSeconds(20), "scorer");
    }

    final ContainerGroupRequest request(double cpu, Map<String, String> secure, Duration limit, String name) {
        return request(
                cpu,
                secure,
                limit,
                name,
                new ContainerGroupRequest.ImagePull.Login(new RegistryAccess(
                        "acr1.azurecr.io", RegistryAccess.TOKEN_USER, "token-" + System.nanoTime(), false)));
    }

    final ContainerGroupRequest request(
            double cpu, Map<String, String> secure, Duration limit, String name, ContainerGroupRequest.ImagePull pull) {
        return new ContainerGroupRequest(
                "rg1",
                name,
                "westeurope",
                IMAGE,
                cpu,
                1.5,
                5001,
                Optional.of("scorer-it"),
                "Always",
                Map.of("LOG_LEVEL", "info"),
                secure,
                pull,
                new ScoringAuth(true, Optional.empty(), new ScoringKeyFile(folder.resolve("scorer.keys.json"))),
                Map.of("BuildId", "7"),
                limit,
                Duration.ofMillis(10));
    }

    final Answer json(int status) {
        return Answer.json(status, String.valueOf(live));
    }

    /** The group as the service gives it back: without secure values, with an address and a state. */
    final ObjectNode stored(ReceivedRequest request) {
        ObjectNode group = (ObjectNode) request.json();
        group.put("id", ID).put("name", "scorer");
        ObjectNode properties = (ObjectNode) group.get("properties");
        properties.put("provisioningState", "Succeeded");
        ((ObjectNode) properties.get("ipAddress"))
                .put("ip", "20.1.2.3")
                .put("fqdn", "scorer-it.westeurope.azurecontainer.io");
        properties.putObject("instanceView").put("state", "Running");
        for (JsonNode credential : properties.path("imageRegistryCredentials")) {
            ((ObjectNode) credential).remove("password");
        }
        for (JsonNode container : properties.path("containers")) {
            for (JsonNode variable : container.path("properties").path("environmentVariables")) {
                ((ObjectNode) variable).remove("secureValue");
            }
        }
        return group;
    }
}
