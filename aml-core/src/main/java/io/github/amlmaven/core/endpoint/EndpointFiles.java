package io.github.amlmaven.core.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.asset.OfflineAssets;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.DeploymentSpec;
import io.github.amlmaven.core.spec.EndpointSpec;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import io.github.amlmaven.core.traffic.TrafficSplit;
import io.github.amlmaven.core.traffic.TrafficTarget;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The files of an endpoint and of what is deployed behind it, checked to belong together. */
record EndpointFiles(EndpointSpec endpoint, List<DeploymentSpec> deployments) {

    static final String MANAGED = "managed-online-";
    static final String KUBERNETES = "kubernetes-online-";
    static final String BATCH = "batch-";

    EndpointFiles {
        deployments = List.copyOf(deployments);
    }

    /**
     * Reads and checks.
     *
     * @param kind what the kinds of all files begin with
     */
    static EndpointFiles read(
            SpecReader reader, Path projectDirectory, Path endpointFile, List<Path> deploymentFiles, String kind) {
        SpecLoader loader = new SpecLoader(reader, projectDirectory);
        EndpointSpec endpoint = loader.endpoint(endpointFile);
        mustBe(kind, endpoint.spec());
        List<DeploymentSpec> deployments =
                deploymentFiles.stream().map(loader::deployment).toList();
        Set<String> names = new HashSet<>();
        for (DeploymentSpec deployment : deployments) {
            mustBe(kind, deployment.spec());
            deployment.checkCompute();
            String named = deployment.endpointName();
            if (named != null && !named.equals(endpoint.name())) {
                throw invalid(deployment.spec().file().getFileName() + " belongs to endpoint '" + named + "', "
                        + endpointFile.getFileName() + " describes '" + endpoint.name() + "'");
            }
            if (!names.add(deployment.name().toLowerCase(Locale.ROOT))) {
                throw invalid("Two files describe the deployment '" + deployment.name() + "'");
            }
        }
        return new EndpointFiles(endpoint, deployments);
    }

    private static void mustBe(String kind, CheckedSpec spec) {
        if (!spec.kind().name().startsWith(kind)) {
            throw invalid(spec.file().getFileName() + " is of kind " + spec.kind() + ", needed is " + kind
                    + "endpoint or " + kind + "deployment");
        }
    }

    private static AmlException invalid(String what) {
        return AmlException.of(ErrorCode.CONFIGURATION_INVALID, what)
                .remedy("Mend the files, or name others: <endpointFile>, <deploymentFiles>.")
                .build();
    }

    /** The endpoint's body without traffic and default, with its content's digest as a tag. */
    ObjectNode endpointBody(AzureClients clients, String location) {
        ObjectNode body = endpoint.toBody(new OfflineAssets(clients.workspace()), location);
        ObjectNode properties = body.withObject("/properties");
        properties.remove("defaults");
        if (!endpoint.isBatch()) {
            EndpointTraffic.write(new TrafficTarget.State(TrafficSplit.NONE, Map.of()), body);
        }
        body.withObject("/tags").put(EndpointResource.CONTENT, Sha256.of(body.toString()));
        return body;
    }
}
