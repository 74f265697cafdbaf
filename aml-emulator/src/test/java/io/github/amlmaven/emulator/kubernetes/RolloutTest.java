package io.github.amlmaven.emulator.kubernetes;

import static io.github.amlmaven.emulator.container.Calls.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.github.amlmaven.emulator.container.Calls;
import io.github.amlmaven.emulator.container.ServerImages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolloutTest extends ClusterTest {

    private final ServerImages images;

    RolloutTest(@TempDir Path home, @TempDir Path folder) throws Exception {
        super(home);
        images = new ServerImages(emulator, folder);
    }

    private void secret() {
        apply(new SecretBuilder()
                .withNewMetadata()
                .withName("keys")
                .withNamespace("default")
                .endMetadata()
                .withStringData(Map.of("primary", "hush"))
                .build());
    }

    private String address(String name) throws Exception {
        return await(() -> {
            var ingress = client.services()
                    .inNamespace("default")
                    .withName(name)
                    .get()
                    .getStatus()
                    .getLoadBalancer()
                    .getIngress();
            if (ingress.isEmpty()) {
                throw new java.io.IOException("no address yet");
            }
            return "http://" + ingress.get(0).getIp() + ":"
                    + ingress.get(0).getPorts().get(0).getPort();
        });
    }

    private void rolledOut(String name, int replicas) throws Exception {
        await(() -> {
            Deployment now = client.apps()
                    .deployments()
                    .inNamespace("default")
                    .withName(name)
                    .get();
            var status = now.getStatus();
            return status != null
                    && now.getMetadata().getGeneration().equals(status.getObservedGeneration())
                    && Integer.valueOf(replicas).equals(status.getUpdatedReplicas())
                    && Integer.valueOf(replicas).equals(status.getAvailableReplicas())
                    && Integer.valueOf(replicas).equals(status.getReplicas());
        });
    }

    @Test
    void anAppliedDeploymentServesAndRollsOverWithoutAFailedRequest() throws Exception {
        secret();
        apply(Manifests.deployment("rolling", images.push("1"), 2));
        apply(Manifests.service("rolling"));
        apply(Manifests.autoscaler("rolling"));
        client.apps().deployments().inNamespace("default").withName("rolling").waitUntilReady(60, TimeUnit.SECONDS);
        rolledOut("rolling", 2);
        String address = address("rolling");
        assertThat(Calls.get(address + "/x").path("secret").asText()).isEqualTo("hush");

        String second = images.push("2");
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        List<Exception> failures = Collections.synchronizedList(new ArrayList<>());
        List<String> versions = Collections.synchronizedList(new ArrayList<>());
        Thread caller = new Thread(() -> {
            while (!done.get()) {
                try {
                    versions.add(Calls.get(address + "/during").path("version").asText());
                    calls.incrementAndGet();
                } catch (Exception e) {
                    failures.add(e);
                }
            }
        });
        caller.start();
        apply(Manifests.deployment("rolling", second, 2));
        rolledOut("rolling", 2);
        await(() -> versions.get(versions.size() - 1).equals("2"));
        done.set(true);
        caller.join();

        assertThat(failures).isEmpty();
        assertThat(calls).hasPositiveValue();
        assertThat(versions).contains("1", "2");
        await(() -> client.autoscaling()
                        .v2()
                        .horizontalPodAutoscalers()
                        .inNamespace("default")
                        .withName("rolling")
                        .get()
                        .getStatus()
                        .getCurrentReplicas()
                == 2);
        client.apps().deployments().inNamespace("default").withName("rolling").delete();
        await(() -> client.pods()
                .inNamespace("default")
                .withLabel("app", "rolling")
                .list()
                .getItems()
                .isEmpty());
    }

    @Test
    void anUnhealthyContainerIsStartedAgain() throws Exception {
        secret();
        apply(Manifests.deployment("unhealthy", images.push("1"), 1));
        apply(Manifests.service("unhealthy"));
        rolledOut("unhealthy", 1);
        Calls.get(address("unhealthy") + "/unhealthy");

        await(() -> client.pods()
                        .inNamespace("default")
                        .withLabel("app", "unhealthy")
                        .list()
                        .getItems()
                        .get(0)
                        .getStatus()
                        .getContainerStatuses()
                        .get(0)
                        .getRestartCount()
                == 1);
        assertThat(events()).anyMatch(event -> event.getReason().equals("Unhealthy"));
        String pod = client.pods()
                .inNamespace("default")
                .withLabel("app", "unhealthy")
                .list()
                .getItems()
                .get(0)
                .getMetadata()
                .getName();
        await(() -> client.pods().inNamespace("default").withName(pod).getLog().contains("server 1 listens"));
        client.apps().deployments().inNamespace("default").withName("unhealthy").delete();
    }

    @Test
    void aWrongImageIsToldByStateAndEvent() throws Exception {
        secret();
        apply(Manifests.deployment("wrong", emulator.endpoints().authority() + "/missing:1", 1));

        await(() -> client.pods().inNamespace("default").withLabel("app", "wrong").list().getItems().stream()
                .anyMatch(RolloutTest::cannotPull));
        assertThat(events())
                .anyMatch(event ->
                        event.getReason().equals("Failed") && event.getMessage().contains("missing:1"));
        client.apps().deployments().inNamespace("default").withName("wrong").delete();
    }

    private static boolean cannotPull(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .map(status -> status.getState().getWaiting())
                .anyMatch(waiting -> waiting != null && waiting.getReason().equals("ImagePullBackOff"));
    }

    private List<Event> events() {
        return client.v1().events().inNamespace("default").list().getItems();
    }
}
