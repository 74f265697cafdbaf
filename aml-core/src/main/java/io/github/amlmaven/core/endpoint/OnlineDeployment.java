package io.github.amlmaven.core.endpoint;

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
import io.github.amlmaven.core.traffic.TrafficChange;
import io.github.amlmaven.core.traffic.TrafficSplit;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Deploys models to an online endpoint, managed or on an attached Kubernetes cluster: makes or updates the endpoint and its
 * deployments from their files, and moves traffic only when asked to, or to the first deployment. What is as its file says is
 * not written again. A deployment that fails leaves the traffic as it was.
 *
 * <p>Bodies as azure-ai-ml 1.34.0 sends them for {@code online-endpoint create} and {@code online-deployment create}.
 */
public final class OnlineDeployment {

    private final AzureClients clients;
    private final SpecReader reader;
    private final Progress progress;
    private final Clock clock;

    public OnlineDeployment(AzureClients clients, SpecReader reader, Progress progress, Clock clock) {
        this.clients = clients;
        this.reader = reader;
        this.progress = progress;
        this.clock = clock;
    }

    /** The endpoint that the files describe. */
    public String endpointName(OnlineDeploymentRequest request) {
        return files(request).endpoint().name();
    }

    private EndpointFiles files(OnlineDeploymentRequest request) {
        return EndpointFiles.read(
                reader,
                request.projectDirectory(),
                request.endpointFile(),
                request.deploymentFiles(),
                request.host() == OnlineDeploymentRequest.Host.KUBERNETES
                        ? EndpointFiles.KUBERNETES
                        : EndpointFiles.MANAGED);
    }

    /** Deploys, or finds that everything is deployed already. */
    public OnlineDeploymentResult deploy(OnlineDeploymentRequest request) {
        EndpointFiles files = files(request);
        EndpointResource endpoint =
                EndpointResource.online(clients, files.endpoint().name());
        Optional<ObjectNode> found = endpoint.find();
        Map<String, ObjectNode> existing = found.isEmpty() ? Map.of() : endpoint.deployments();
        Optional<TrafficSplit> traffic = traffic(request, files, found, existing);
        DeploymentBodies bodies =
                new DeploymentBodies(clients, new WorkspaceAssets(clients, progress), request.modelRecord());
        List<String> changes = new ArrayList<>();
        WaitOptions wait = clients.waitUpTo(request.limit());
        String location = clients.arm()
                .get(clients.workspace().armId(), ApiVersions.MACHINE_LEARNING)
                .path("location")
                .asText();

        Optional<ObjectNode> document = endpoint(files, endpoint, found, location, request, wait, changes);
        for (DeploymentSpec spec : files.deployments()) {
            deployment(spec, endpoint, Optional.ofNullable(existing.get(spec.name())), bodies, location, request, wait)
                    .ifPresent(changes::add);
        }
        Optional<ObjectNode> current = request.dryRun() ? document : endpoint.find();
        TrafficSplit before = current.map(EndpointTraffic::split).orElse(TrafficSplit.NONE);
        TrafficSplit after = traffic.orElse(before);
        if (!after.equals(before)) {
            if (request.dryRun()) {
                progress.planned(TrafficChange.planned(endpoint.id(), current.isPresent(), before, after));
            } else {
                new TrafficChange(new EndpointTraffic(clients, endpoint, wait, progress), progress, clock).to(after);
            }
            changes.add("traffic " + after);
        }
        return new OnlineDeploymentResult(
                endpoint.name(),
                clients.workspace().armId() + "/onlineEndpoints/" + endpoint.name(),
                current.map(d -> d.at("/properties/scoringUri").asText()).orElse(""),
                files.deployments().stream().map(DeploymentSpec::name).toList(),
                List.copyOf(names(files, existing)),
                after,
                changes,
                request.dryRun()
                        ? Optional.empty()
                        : EndpointKeys.save(endpoint, current.orElseThrow(), request.keyFile()));
    }

    private static Set<String> names(EndpointFiles files, Map<String, ObjectNode> existing) {
        Set<String> all = new TreeSet<>(existing.keySet());
        files.deployments().forEach(spec -> all.add(spec.name()));
        return all;
    }

    /** The traffic that is asked for, checked; empty to leave it as it is. */
    private static Optional<TrafficSplit> traffic(
            OnlineDeploymentRequest request,
            EndpointFiles files,
            Optional<ObjectNode> found,
            Map<String, ObjectNode> existing) {
        Set<String> all = names(files, existing);
        ObjectNode declared = files.endpoint().spec().object("traffic");
        ObjectNode mirrored = files.endpoint().spec().object("mirror_traffic");
        TrafficSplit now = found.map(EndpointTraffic::split).orElse(TrafficSplit.NONE);
        Optional<Map<String, Integer>> live =
                request.traffic().or(() -> Optional.ofNullable(declared).map(TrafficSplit::read));
        // One that has failed has never served: mended, it is still the first.
        boolean first = existing.values().stream()
                .allMatch(deployment ->
                        deployment.at("/properties/provisioningState").asText().equals("Failed"));
        if (live.isEmpty()
                && first
                && now.live().isEmpty()
                && !files.deployments().isEmpty()) {
            live = Optional.of(Map.of(files.deployments().get(0).name(), 100));
        }
        if (live.isEmpty() && mirrored == null) {
            return Optional.empty();
        }
        TrafficSplit split =
                TrafficChange.wanted(live, Optional.ofNullable(mirrored).map(TrafficSplit::read), now);
        split.check(all);
        if (!split.mirror().isEmpty() && files.endpoint().spec().kind().name().startsWith(EndpointFiles.KUBERNETES)) {
            throw TrafficSplit.notMirrored(files.endpoint().name());
        }
        return Optional.of(split);
    }

    private Optional<ObjectNode> endpoint(
            EndpointFiles files,
            EndpointResource endpoint,
            Optional<ObjectNode> found,
            String location,
            OnlineDeploymentRequest request,
            WaitOptions wait,
            List<String> changes) {
        ObjectNode body = files.endpointBody(clients, location);
        if (found.filter(document -> EndpointResource.isLike(
                        document,
                        body.at("/tags").path(EndpointResource.CONTENT).asText()))
                .isPresent()) {
            planned(request, endpoint.id(), found, body, Action.KEEP);
            return found;
        }
        changes.add("endpoint " + endpoint.name() + (found.isEmpty() ? " created" : " updated"));
        // Traffic and journal are not the file's to reset: they are changed after the deployments are there.
        found.ifPresent(document -> {
            EndpointTraffic.write(EndpointTraffic.state(document), body);
        });
        if (request.dryRun()) {
            progress.planned(Comparison.of(endpoint.id(), found, body));
            return found;
        }
        ObjectNode written = endpoint.put(body, wait);
        progress.info("Endpoint " + endpoint.name() + (found.isEmpty() ? " created" : " updated"));
        return Optional.of(written);
    }

    private void planned(
            OnlineDeploymentRequest request, String id, Optional<ObjectNode> now, ObjectNode body, Action action) {
        if (request.dryRun()) {
            progress.planned(Comparison.of(id, now, body, action));
        }
    }

    private Optional<String> deployment(
            DeploymentSpec spec,
            EndpointResource endpoint,
            Optional<ObjectNode> existing,
            DeploymentBodies bodies,
            String location,
            OnlineDeploymentRequest request,
            WaitOptions wait) {
        String digest = bodies.digest(spec, location);
        Optional<ObjectNode> settled =
                request.dryRun() ? existing : existing.map(document -> endpoint.settled(document, wait, progress));
        if (settled.filter(document -> EndpointResource.isLike(document, digest))
                .isPresent()) {
            planned(request, endpoint.id(spec.name()), existing, bodies.offline(spec, location), Action.KEEP);
            return Optional.empty();
        }
        String change = "deployment " + spec.name() + (existing.isEmpty() ? " created" : " updated");
        if (request.dryRun()) {
            ObjectNode body = bodies.planned(spec, location);
            body.withObject("/tags").put(EndpointResource.CONTENT, digest);
            progress.planned(Comparison.of(endpoint.id(spec.name()), existing, body));
            return Optional.of(change);
        }
        ObjectNode body = bodies.online(spec, location);
        body.withObject("/tags").put(EndpointResource.CONTENT, digest);
        new DeploymentDiagnosis(clients, endpoint, spec.name(), body, progress)
                .explaining(() -> endpoint.putDeployment(spec.name(), body, wait));
        progress.info("Deployment " + spec.name() + (existing.isEmpty() ? " created" : " updated"));
        return Optional.of(change);
    }
}
