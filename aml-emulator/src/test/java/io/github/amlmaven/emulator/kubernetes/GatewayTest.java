package io.github.amlmaven.emulator.kubernetes;

import static io.github.amlmaven.emulator.container.Calls.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.container.ServerImages;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayTest {

    private final Emulator emulator;
    private final ServerImages images;
    private final KubernetesClient client;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    GatewayTest(@TempDir Path home, @TempDir Path folder) throws Exception {
        emulator = Emulator.start(EmulatorOptions.in(home));
        images = new ServerImages(emulator, folder);
        client = LocalCluster.client(new AzureClients(emulator));
    }

    @AfterAll
    void stop() {
        client.close();
        emulator.close();
    }

    private void apply(HasMetadata object) {
        client.resource(object).fieldManager("test").serverSideApply();
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
        apply(new SecretBuilder()
                .withNewMetadata()
                .withName("keys")
                .withNamespace("default")
                .endMetadata()
                .withStringData(Map.of("primary", "hush"))
                .build());
        for (String version : new String[] {"one", "two"}) {
            apply(Manifests.deployment(version, images.push(version), 1));
            apply(Manifests.service(version));
        }
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
        await(() -> call(address + "/wine/x", "").statusCode() == 200
                && call(address + "/wine/x", "two").statusCode() == 200);
        await(() -> versions(address, 4).size() == 2);

        assertThat(versions(address, 20)).containsExactlyInAnyOrderEntriesOf(Map.of("one", 15, "two", 5));
        assertThat(version(call(address + "/wine/x", "two"))).isEqualTo("two");
        assertThat(call(address + "/beer", "").statusCode()).isEqualTo(404);

        apply(route(0, 1));
        await(() -> versions(address, 4).equals(Map.of("two", 4)));
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

    private Map<String, Integer> versions(String address, int calls) throws Exception {
        Map<String, Integer> counted = new TreeMap<>();
        for (int i = 0; i < calls; i++) {
            counted.merge(version(call(address + "/wine/x", "")), 1, Integer::sum);
        }
        return counted;
    }

    private HttpResponse<String> call(String uri, String version) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri));
        if (!version.isEmpty()) {
            request.header("azureml-model-deployment", version);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String version(HttpResponse<String> answer) throws Exception {
        if (answer.statusCode() != 200) {
            throw new java.io.IOException("status " + answer.statusCode());
        }
        return new ObjectMapper().readTree(answer.body()).path("version").asText();
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
        GenericKubernetesResource broken =
                Serialization.unmarshal("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: broken, namespace: default}
                spec: {%s}
                """.formatted(spec), GenericKubernetesResource.class);

        KubernetesClientException refused = catchThrowableOfType(
                KubernetesClientException.class,
                () -> client.resource(broken)
                        .fieldValidation(FieldValidateable.Validation.STRICT)
                        .create());

        assertThat(refused.getStatus().getMessage()).contains(message);
    }
}
