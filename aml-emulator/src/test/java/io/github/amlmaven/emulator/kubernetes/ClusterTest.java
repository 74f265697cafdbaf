package io.github.amlmaven.emulator.kubernetes;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The cluster of an emulator that serves all tests of a class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClusterTest {

    final Emulator emulator;
    final AzureClients azure;
    final KubernetesClient client;

    /** Changes the cluster before anybody has seen it. */
    interface Preparation {
        void prepare(Emulator emulator, AzureClients azure) throws Exception;
    }

    ClusterTest(Path home) throws Exception {
        this(home, (emulator, azure) -> {});
    }

    ClusterTest(Path home, Preparation preparation) throws Exception {
        emulator = Emulator.start(EmulatorOptions.in(home));
        azure = new AzureClients(emulator);
        preparation.prepare(emulator, azure);
        client = LocalCluster.client(azure);
    }

    @AfterAll
    void stop() {
        client.close();
        emulator.close();
    }

    final <T extends HasMetadata> T apply(T object) {
        return client.resource(object).fieldManager("test").serverSideApply();
    }

    /** What the API server says of an object that it does not create. */
    final String refusal(String yaml) {
        GenericKubernetesResource broken = Serialization.unmarshal(yaml, GenericKubernetesResource.class);
        return catchThrowableOfType(
                        KubernetesClientException.class,
                        () -> client.resource(broken)
                                .fieldValidation(FieldValidateable.Validation.STRICT)
                                .create())
                .getStatus()
                .getMessage();
    }
}
