package io.github.amlmaven.core.endpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.arm.WaitOptions;
import io.github.amlmaven.core.asset.WorkspaceAssets;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.plan.Comparison;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.spec.DeploymentSpec;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Deploys a model or a pipeline component to a batch endpoint: makes or updates endpoint and deployment from their files, and
 * makes the deployment the default. What is as its file says is not written again.
 *
 * <p>Bodies as azure-ai-ml 1.34.0 sends them for {@code batch-endpoint create} and {@code batch-deployment create}.
 */
public final class BatchDeployment {

    private final AzureClients clients;
    private final SpecReader reader;
    private final Progress progress;

    public BatchDeployment(AzureClients clients, SpecReader reader, Progress progress) {
        this.clients = clients;
        this.reader = reader;
        this.progress = progress;
    }

    /** Deploys, or finds that everything is deployed already. */
    public BatchDeploymentResult deploy(BatchDeploymentRequest request) {
        EndpointFiles files = EndpointFiles.read(
                reader,
                request.projectDirectory(),
                request.endpointFile(),
                List.of(request.deploymentFile()),
                EndpointFiles.BATCH);
        String name = files.endpoint().name();
        EndpointResource endpoint = new EndpointResource(clients, "batchEndpoints", name);
        DeploymentSpec spec = files.deployments().get(0);
        WaitOptions wait = clients.waitUpTo(request.limit());
        String location = clients.arm()
                .get(clients.workspace().armId(), ApiVersions.MACHINE_LEARNING)
                .path("location")
                .asText();
        List<String> changes = new ArrayList<>();
        Optional<ObjectNode> found = endpoint.find();
        Map<String, ObjectNode> there = found.isEmpty() ? Map.of() : endpoint.deployments();
        Optional<ObjectNode> existing = Optional.ofNullable(there.get(spec.name()));
        Set<String> all = new TreeSet<>(there.keySet());
        all.add(spec.name());

        Optional<ObjectNode> current = endpoint(files, endpoint, found, location, wait, request, changes);
        deployment(spec, endpoint, existing, location, wait, request, changes);
        String before = current.map(document ->
                        document.at("/properties/defaults/deploymentName").asText(""))
                .orElse("");
        if (request.makeDefault() && !before.equals(spec.name())) {
            if (request.dryRun()) {
                progress.planned(Comparison.of(
                        endpoint.id() + "/defaults", current.map(document -> defaults(before)), defaults(spec.name())));
            } else {
                ObjectNode body = EndpointResource.writable(current.orElseThrow());
                body.withObject("/properties/defaults").put("deploymentName", spec.name());
                current = Optional.of(endpoint.put(body, wait));
            }
            changes.add("default " + spec.name());
        }
        return new BatchDeploymentResult(
                name,
                clients.workspace().armId() + "/batchEndpoints/" + name,
                spec.name(),
                List.copyOf(all),
                current.map(document -> document.at("/properties/scoringUri").asText())
                        .orElse(""),
                changes);
    }

    private static ObjectNode defaults(String deployment) {
        ObjectNode defaults = JsonNodeFactory.instance.objectNode();
        return deployment.isEmpty() ? defaults : defaults.put("deploymentName", deployment);
    }

    private void planned(
            BatchDeploymentRequest request, String id, Optional<ObjectNode> now, ObjectNode body, Action action) {
        if (request.dryRun()) {
            progress.planned(Comparison.of(id, now, body, action));
        }
    }

    private Optional<ObjectNode> endpoint(
            EndpointFiles files,
            EndpointResource endpoint,
            Optional<ObjectNode> found,
            String location,
            WaitOptions wait,
            BatchDeploymentRequest request,
            List<String> changes) {
        ObjectNode body = files.endpointBody(clients, location);
        String digest = body.at("/tags").path(EndpointResource.CONTENT).asText();
        if (found.filter(document -> EndpointResource.isLike(document, digest)).isPresent()) {
            planned(request, endpoint.id(), found, body, Action.KEEP);
            return found;
        }
        changes.add("endpoint " + endpoint.name() + (found.isEmpty() ? " created" : " updated"));
        // A default deployment stays until the new one is there.
        found.map(document -> document.at("/properties/defaults/deploymentName").asText(""))
                .filter(name -> !name.isEmpty())
                .ifPresent(name -> body.withObject("/properties/defaults").put("deploymentName", name));
        if (request.dryRun()) {
            progress.planned(Comparison.of(endpoint.id(), found, body));
            return found;
        }
        return Optional.of(endpoint.put(body, wait));
    }

    private void deployment(
            DeploymentSpec spec,
            EndpointResource endpoint,
            Optional<ObjectNode> existing,
            String location,
            WaitOptions wait,
            BatchDeploymentRequest request,
            List<String> changes) {
        DeploymentBodies bodies =
                new DeploymentBodies(clients, new WorkspaceAssets(clients, progress), request.modelRecord());
        String digest = bodies.digest(spec, location);
        if (existing.filter(document -> EndpointResource.isLike(document, digest))
                .isPresent()) {
            planned(request, endpoint.id(spec.name()), existing, bodies.offline(spec, location), Action.KEEP);
            return;
        }
        changes.add("deployment " + spec.name() + (existing.isEmpty() ? " created" : " updated"));
        if (request.dryRun()) {
            ObjectNode body = bodies.planned(spec, location);
            body.withObject("/tags").put(EndpointResource.CONTENT, digest);
            progress.planned(Comparison.of(endpoint.id(spec.name()), existing, body));
            return;
        }
        ObjectNode body = bodies.online(spec, location);
        body.withObject("/tags").put(EndpointResource.CONTENT, digest);
        endpoint.putDeployment(spec.name(), body, wait);
    }
}
