package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.github.amlmaven.emulator.container.ServerImages;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;

/** Two versions of a model beside each other, {@code one} and {@code two}, and who of them answers behind a route below {@code /wine}. */
final class TwoVersions {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    static TwoVersions deploy(ClusterTest cluster, ServerImages images) throws Exception {
        cluster.apply(new SecretBuilder()
                .withNewMetadata()
                .withName("keys")
                .withNamespace("default")
                .endMetadata()
                .withStringData(Map.of("primary", "hush"))
                .build());
        for (String version : new String[] {"one", "two"}) {
            cluster.apply(Manifests.deployment(version, images.push(version), 1));
            cluster.apply(Manifests.service(version));
        }
        return new TwoVersions();
    }

    /** How many of the calls each version has answered. */
    Map<String, Integer> answers(String address, int calls) throws Exception {
        Map<String, Integer> counted = new TreeMap<>();
        for (int i = 0; i < calls; i++) {
            counted.merge(version(call(address + "/wine/x", "")), 1, Integer::sum);
        }
        return counted;
    }

    /** @param version the one that is asked for; empty for any */
    HttpResponse<String> call(String uri, String version) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri));
        if (!version.isEmpty()) {
            request.header("azureml-model-deployment", version);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    static String version(HttpResponse<String> answer) throws Exception {
        if (answer.statusCode() != 200) {
            throw new IOException("status " + answer.statusCode());
        }
        return new ObjectMapper().readTree(answer.body()).path("version").asText();
    }
}
