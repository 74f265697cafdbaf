package io.github.amlmaven.emulator.kubernetes;

import static io.github.amlmaven.emulator.container.Calls.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.github.amlmaven.emulator.container.ServerImages;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayTest extends ClusterTest {

    private final ServerImages images;

    GatewayTest(@TempDir Path home, @TempDir Path folder) throws Exception {
        super(home);
        images = new ServerImages(emulator, folder);
    }

    private static HTTPRoute route(int one, int two) {
        return Serialization.unmarshal("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: wine, namespace: default}
                spec:
                  parentRefs: [{name: gateway, namespace: kube-system}]
                  rules:
                  - matches: [{path: {type: PathPrefix, value: /wine}, headers: [{name: azureml-model-deployment, value: two}]}]
                    filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}]
                    backendRefs: [{name: two, port: 8080}]
                  - matches: [{path: {type: PathPrefix, value: /wine}}]
                    filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}]
                    backendRefs: [{name: one, port: 8080, weight: %d}, {name: two, port: 8080, weight: %d}]
                """.formatted(one, two), HTTPRoute.class);
    }

    @Test
    void requestsAreSplitByWeightAndAHeaderPicksOneVersion() throws Exception {
        TwoVersions versions = TwoVersions.deploy(this, images);
        apply(route(75, 25));
        Gateway gateway = await(() -> {
            Gateway found = client.resources(Gateway.class)
                    .inNamespace("kube-system")
                    .withName("gateway")
                    .get();
            if (found.getStatus() == null || found.getStatus().getAddresses().isEmpty()) {
                throw new java.io.IOException("no address yet");
            }
            return found;
        });
        String address = "http://" + gateway.getStatus().getAddresses().get(0).getValue() + ":"
                + gateway.getSpec().getListeners().get(0).getPort();
        await(() -> versions.call(address + "/wine/x", "").statusCode() == 200
                && versions.call(address + "/wine/x", "two").statusCode() == 200);
        await(() -> versions.answers(address, 4).size() == 2);

        assertThat(versions.answers(address, 20)).containsExactlyInAnyOrderEntriesOf(Map.of("one", 15, "two", 5));
        assertThat(TwoVersions.version(versions.call(address + "/wine/x", "two")))
                .isEqualTo("two");
        assertThat(versions.call(address + "/beer", "").statusCode()).isEqualTo(404);

        apply(route(0, 1));
        await(() -> versions.answers(address, 4).equals(Map.of("two", 4)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gateway | kube-system | 8080 | Accepted=True:Accepted ResolvedRefs=False:BackendNotFound",
                "nobody  | kube-system | 8080 | ''",
                "foreign | kube-system | 8080 | ''",
                "strict  | kube-system | 8080 | Accepted=False:NotAllowedByListeners ResolvedRefs=False:BackendNotFound",
            })
    void aRoutesStatusSaysWhatIsWrong(String gateway, String namespace, int port, String conditions) throws Exception {
        apply(Serialization.unmarshal("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: strict, namespace: kube-system}
                spec: {gatewayClassName: emulator, listeners: [{name: http, port: 8081, protocol: HTTP}]}
                """, Gateway.class));
        apply(Serialization.unmarshal("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: GatewayClass
                metadata: {name: foreign}
                spec: {controllerName: example.com/not-here}
                """, GatewayClass.class));
        apply(Serialization.unmarshal("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: foreign, namespace: kube-system}
                spec: {gatewayClassName: foreign, listeners: [{name: http, port: 8082, protocol: HTTP}]}
                """, Gateway.class));
        apply(Serialization.<HTTPRoute>unmarshal("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: on-%1$s, namespace: default}
                spec:
                  parentRefs: [{name: %1$s, namespace: %2$s}]
                  rules: [{backendRefs: [{name: missing, port: %3$d}]}]
                """.formatted(gateway, namespace, port), HTTPRoute.class));
        await(() -> {
            HTTPRouteStatus status = client.resources(HTTPRoute.class)
                    .inNamespace("default")
                    .withName("on-" + gateway)
                    .get()
                    .getStatus();
            if (status == null) {
                throw new java.io.IOException("no status yet");
            }
            String found = status.getParents().stream()
                    .flatMap(parent -> parent.getConditions().stream())
                    .map(one -> one.getType() + "=" + one.getStatus() + ":" + one.getReason())
                    .collect(Collectors.joining(" "));
            return found.equals(conditions);
        });
    }

    @Test
    void aClassThatNoControllerTakesUpWaits() throws Exception {
        apply(Serialization.unmarshal("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: GatewayClass
                metadata: {name: lonely}
                spec: {controllerName: example.com/not-here}
                """, GatewayClass.class));

        GatewayClass lonely =
                client.resources(GatewayClass.class).withName("lonely").get();

        assertThat(lonely.getStatus().getConditions()).singleElement().satisfies(condition -> {
            assertThat(condition.getType()).isEqualTo("Accepted");
            assertThat(condition.getStatus()).isEqualTo("Unknown");
            assertThat(condition.getMessage()).isEqualTo("Waiting for controller");
        });
        await(() -> client.resources(GatewayClass.class)
                .withName("emulator")
                .get()
                .getStatus()
                .getConditions()
                .get(0)
                .getStatus()
                .equals("True"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rules: 5 | spec.rules: Invalid value: \"integer\": spec.rules in body must be of type array: \"integer\"",
                "rules: [{backendRefs: [{name: a, port: 80, weight: -1}]}] | spec.rules[0].backendRefs[0].weight: Invalid value:"
                        + " -1: spec.rules[0].backendRefs[0].weight in body should be greater than or equal to 0",
                "rules: [{backendRefs: [{port: 80}]}] | spec.rules[0].backendRefs[0].name: Required value",
                "rules: [{backendRefs: [{name: a}]}] | Must have port for Service reference",
                "rules: [{filters: [{type: Mirror}]}] | spec.rules[0].filters[0].type: Unsupported value: \"Mirror\"",
                "rulez: [] | strict decoding error: unknown field \"spec.rulez\"",
            })
    void aRouteThatCannotBeIsRefusedInTheApiServersWords(String spec, String message) {
        assertThat(refusal("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: broken, namespace: default}
                spec: {%s}
                """.formatted(spec))).contains(message);
    }
}
