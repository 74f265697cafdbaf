package io.github.amlmaven.emulator.kubernetes;

import static io.github.amlmaven.emulator.container.Calls.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubernetesProviderTest extends ClusterTest {

    KubernetesProviderTest(@TempDir Path home) throws Exception {
        super(home);
    }

    @Test
    void whatAnotherManagerOwnsIsAConflictUnlessForced() {
        Deployment mine = Manifests.deployment("owned", "localhost:1/none:1", 0);
        client.resource(mine).fieldManager("first").serverSideApply();
        mine.getSpec().setReplicas(1);

        assertThatThrownBy(() -> client.resource(mine).fieldManager("second").serverSideApply())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(409);
                    assertThat(e.getStatus().getMessage())
                            .isEqualTo("Apply failed with 1 conflict: conflict with \"first\": .spec.replicas");
                });
        Deployment forced =
                client.resource(mine).fieldManager("second").forceConflicts().serverSideApply();
        assertThat(forced.getSpec().getReplicas()).isEqualTo(1);
        client.resource(mine).delete();
    }

    @Test
    void applyingTheSameAgainChangesNothing() {
        var map = Serialization.unmarshal("""
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "same", "namespace": "default"},
                 "data": {"a": "b", "c": "d"}}
                """, io.fabric8.kubernetes.api.model.ConfigMap.class);
        String version = apply(map).getMetadata().getResourceVersion();
        assertThat(apply(map).getMetadata().getResourceVersion()).isEqualTo(version);

        map.setData(Map.of("a", "b"));
        assertThat(apply(map).getData()).containsOnlyKeys("a");
    }

    @Test
    void aSelectorThatMissesTheTemplateIsInvalidInTheServersWords() {
        Deployment deployment = Manifests.deployment("misfit", "x/y:1", 1);
        deployment.getSpec().getTemplate().getMetadata().setLabels(Map.of("app", "other"));

        assertThatThrownBy(() -> client.resource(deployment).create())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(422);
                    assertThat(e.getStatus().getMessage())
                            .isEqualTo("Deployment.apps \"misfit\" is invalid: spec.template.metadata.labels: Invalid"
                                    + " value: map[string]string{\"app\":\"other\"}: `selector` does not match template"
                                    + " `labels`");
                });
    }

    @Test
    void wrongTypesAndUnknownFieldsAreRefusedInTheServersWords() {
        String yaml = """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: broken, namespace: default}
                spec: {replicas: notanumber, selector: {matchLabels: {a: b}}}
                """;
        GenericKubernetesResource wrong = Serialization.unmarshal(yaml, GenericKubernetesResource.class);

        assertThatThrownBy(() -> client.resource(wrong).create())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(400);
                    assertThat(e.getStatus().getMessage())
                            .isEqualTo(
                                    "Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot"
                                            + " unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32");
                });
        GenericKubernetesResource unknown = Serialization.unmarshal(
                yaml.replace("replicas: notanumber", "replica: 1"), GenericKubernetesResource.class);
        assertThatThrownBy(() -> client.resource(unknown)
                        .fieldValidation(io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation.STRICT)
                        .create())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getStatus().getMessage())
                                .isEqualTo(
                                        "Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding"
                                                + " error: unknown field \"spec.replica\""));
    }

    @Test
    void patchesOfEachKindChangeWhatTheySay() {
        Deployment made =
                client.resource(Manifests.deployment("patched", "x/y:1", 0)).create();
        var resource = client.apps().deployments().inNamespace("default").withName("patched");

        resource.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"labels\":{\"one\":\"1\"}}}");
        resource.patch(
                PatchContext.of(PatchType.STRATEGIC_MERGE),
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"server\",\"image\":\"x/y:2\"}]}}}}");
        Deployment last = resource.patch(
                PatchContext.of(PatchType.JSON),
                "[{\"op\":\"add\",\"path\":\"/metadata/labels/two\",\"value\":\"2\"}]");

        assertThat(last.getMetadata().getLabels()).containsEntry("one", "1").containsEntry("two", "2");
        var container = last.getSpec().getTemplate().getSpec().getContainers().get(0);
        assertThat(container.getImage()).isEqualTo("x/y:2");
        assertThat(container.getEnv()).hasSize(2);
        assertThat(last.getMetadata().getGeneration())
                .isEqualTo(made.getMetadata().getGeneration() + 1);
        client.resource(last).delete();
    }

    @Test
    void whatIsSettledIsNotWrittenAgain() throws Exception {
        Deployment made =
                client.resource(Manifests.deployment("settled", "x/y:1", 0)).create();
        apply(Manifests.service("settled"));

        await(() -> {
            String version = version();
            for (int i = 0; i < 50; i++) {
                if (!version.equals(version())) {
                    return false;
                }
            }
            return true;
        });
        client.resource(made).delete();
        client.resource(Manifests.service("settled")).delete();
    }

    private String version() {
        return client.configMaps().inNamespace("default").list().getMetadata().getResourceVersion();
    }

    @Test
    void aWatchTellsOfChangesOfWhatItSelects() throws Exception {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        try (var watch = client.configMaps()
                .inNamespace("default")
                .withLabel("watched")
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, io.fabric8.kubernetes.api.model.ConfigMap object) {
                        seen.add(action + " " + object.getMetadata().getName());
                    }

                    @Override
                    public void onClose(@Nullable WatcherException cause) {
                        seen.add("closed");
                    }
                })) {
            assertThat(watch).isNotNull();
            var map = Serialization.unmarshal("""
                    {"apiVersion": "v1", "kind": "ConfigMap",
                     "metadata": {"name": "w", "namespace": "default", "labels": {"watched": "y"}}}
                    """, io.fabric8.kubernetes.api.model.ConfigMap.class);
            apply(map);
            map.setData(Map.of("k", "v"));
            apply(map);
            client.resource(map).delete();
            await(() -> seen.size() >= 3);
            assertThat(seen).containsExactly("ADDED w", "MODIFIED w", "DELETED w");
        }
    }

    @Test
    void namesNamespacesAndMissingObjectsAreToldAsTheServerDoes() {
        assertThatThrownBy(() -> client.resource(new NamespaceBuilder()
                                .withNewMetadata()
                                .withName("Bad_Name")
                                .endMetadata()
                                .build())
                        .create())
                .hasMessageContaining("a lowercase RFC 1123 label must consist of");
        assertThatThrownBy(() -> client.resource(Manifests.deployment("x", "x/y:1", 1))
                        .inNamespace("nowhere")
                        .create())
                .hasMessageContaining("namespaces \"nowhere\" not found");
        assertThat(client.pods().inNamespace("default").withName("none").get()).isNull();
        assertThatThrownBy(() -> client.resource(new NamespaceBuilder()
                                .withNewMetadata()
                                .withName("default")
                                .endMetadata()
                                .build())
                        .create())
                .hasMessageContaining("namespaces \"default\" already exists");
    }

    @Test
    void aWrongTokenIsUnauthorized() {
        Config config = new io.fabric8.kubernetes.client.ConfigBuilder(client.getConfiguration())
                .withOauthToken("wrong")
                .withAutoOAuthToken(null)
                .build();
        try (KubernetesClient stranger =
                new KubernetesClientBuilder().withConfig(config).build()) {
            assertThatThrownBy(() -> stranger.pods().inNamespace("default").list())
                    .isInstanceOfSatisfying(
                            KubernetesClientException.class,
                            e -> assertThat(e.getCode()).isEqualTo(401));
        }
    }
}
