package io.github.amlmaven.emulator.kubernetes;

import static io.github.amlmaven.emulator.container.Calls.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.container.ServerImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cluster whose Istio add-on was switched on, as {@code az aks mesh enable} does it. */
class IstioTest extends ClusterTest {

    private static final String CLUSTER =
            "/subscriptions/%s/resourceGroups/local/providers/Microsoft.ContainerService/managedClusters/aks-local";

    private final ServerImages images;

    IstioTest(@TempDir Path home, @TempDir Path folder) throws Exception {
        super(home, IstioTest::switchOn);
        images = new ServerImages(emulator, folder);
    }

    private static void switchOn(Emulator emulator, AzureClients azure) throws Exception {
        String id = CLUSTER.formatted(emulator.options().subscriptionId());
        ObjectNode cluster = (ObjectNode) azure.call(HttpMethod.GET, id, "").body();
        cluster.withObject("/properties").putObject("serviceMeshProfile").put("mode", "Istio");
        assertThat(azure.follow(HttpMethod.PUT, id, cluster.toString())).isEqualTo("SUCCESSFULLY_COMPLETED");
    }

    private void applyYaml(String yaml) {
        apply(Serialization.unmarshal(yaml, GenericKubernetesResource.class));
    }

    private static String route(int one, int two) {
        return """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: wine, namespace: default}
                spec:
                  hosts: ["*"]
                  gateways: [kube-system/gateway]
                  http:
                  - match: [{uri: {prefix: /wine/}, headers: {azureml-model-deployment: {exact: two}}}]
                    rewrite: {uri: /}
                    route: [{destination: {host: two, subset: second, port: {number: 8080}}}]
                  - match: [{uri: {prefix: /wine/}}]
                    rewrite: {uri: /}
                    route:
                    - {weight: %d, destination: {host: one, port: {number: 8080}}}
                    - {weight: %d, destination: {host: two.default.svc.cluster.local, port: {number: 8080}}}
                """.formatted(one, two);
    }

    @Test
    void theClusterHasIstiosKindsInsteadOfTheGatewayApis() {
        assertThat(client.hasApiGroup("networking.istio.io", true)).isTrue();
        assertThat(client.hasApiGroup("gateway.networking.k8s.io", true)).isFalse();
    }

    @Test
    void requestsAreSplitByWeightAndASubsetIsItsPods() throws Exception {
        TwoVersions versions = TwoVersions.deploy(this, images);
        var labels = Manifests.service("two").getSpec().getSelector();
        applyYaml("""
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: two, namespace: default}
                spec: {host: two, subsets: [{name: second, labels: %s}]}
                """.formatted(Serialization.asJson(labels)));
        applyYaml(route(75, 25));
        String address = await(() -> {
            List<LoadBalancerIngress> ingress = client.services()
                    .inNamespace("aks-istio-ingress")
                    .withName("aks-istio-ingressgateway-external")
                    .get()
                    .getStatus()
                    .getLoadBalancer()
                    .getIngress();
            if (ingress.isEmpty()) {
                throw new IOException("no address yet");
            }
            return "http://" + ingress.get(0).getIp() + ":"
                    + ingress.get(0).getPorts().get(0).getPort();
        });
        await(() -> versions.call(address + "/wine/x", "").statusCode() == 200
                && versions.call(address + "/wine/x", "two").statusCode() == 200);
        await(() -> versions.answers(address, 4).size() == 2);

        assertThat(versions.answers(address, 20)).containsExactlyInAnyOrderEntriesOf(Map.of("one", 15, "two", 5));
        assertThat(TwoVersions.version(versions.call(address + "/wine/x", "two")))
                .isEqualTo("two");
        assertThat(versions.call(address + "/beer/x", "").statusCode()).isEqualTo(404);

        applyYaml(route(0, 100));
        await(() -> versions.answers(address, 4).equals(Map.of("two", 4)));
        applyYaml(route(0, 100).replace("subset: second", "subset: third"));
        await(() -> versions.call(address + "/wine/x", "two").statusCode() == 503);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hosts: 5 | spec.hosts: Invalid value: \"integer\": spec.hosts in body must be of type array: \"integer\"",
                "hosts: [a], http: [{route: [{weight: 100}]}] | spec.http[0].route[0].destination: Required value",
                "hosts: [a], http: [{route: [{destination: {}}]}] | spec.http[0].route[0].destination.host: Required value",
                "hosts: [a], htp: [] | strict decoding error: unknown field \"spec.htp\"",
                "hosts: [a] | http, tcp or tls must be provided in virtual service",
                "hosts: ['*'], http: [{route: [{destination: {host: a}}]}] | wildcard host * is not allowed",
                "hosts: [a], http: [{route: [{weight: -1, destination: {host: a}}]}] | weight -1 < 0",
            })
    void aVirtualServiceThatCannotBeIsRefusedInTheApiServersOrIstiodsWords(String spec, String message) {
        assertThat(refusal("""
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: broken, namespace: default}
                spec: {%s}
                """.formatted(spec))).contains(message);
    }
}
