package io.github.amlmaven.core.containerinstance;

import com.azure.resourcemanager.containerinstance.fluent.models.ContainerGroupInner;
import com.azure.resourcemanager.containerinstance.models.Container;
import com.azure.resourcemanager.containerinstance.models.ContainerGroupIdentity;
import com.azure.resourcemanager.containerinstance.models.ContainerGroupIdentityUserAssignedIdentities;
import com.azure.resourcemanager.containerinstance.models.ContainerGroupIpAddressType;
import com.azure.resourcemanager.containerinstance.models.ContainerGroupNetworkProtocol;
import com.azure.resourcemanager.containerinstance.models.ContainerGroupRestartPolicy;
import com.azure.resourcemanager.containerinstance.models.ContainerHttpGet;
import com.azure.resourcemanager.containerinstance.models.ContainerNetworkProtocol;
import com.azure.resourcemanager.containerinstance.models.ContainerPort;
import com.azure.resourcemanager.containerinstance.models.ContainerProbe;
import com.azure.resourcemanager.containerinstance.models.EnvironmentVariable;
import com.azure.resourcemanager.containerinstance.models.ImageRegistryCredential;
import com.azure.resourcemanager.containerinstance.models.IpAddress;
import com.azure.resourcemanager.containerinstance.models.OperatingSystemTypes;
import com.azure.resourcemanager.containerinstance.models.Port;
import com.azure.resourcemanager.containerinstance.models.ResourceIdentityType;
import com.azure.resourcemanager.containerinstance.models.ResourceRequests;
import com.azure.resourcemanager.containerinstance.models.ResourceRequirements;
import com.azure.resourcemanager.containerinstance.models.Scheme;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.scoring.DesiredState;
import io.github.amlmaven.core.scoring.ScoringKeys;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Turns a request into the body of {@code PUT containerGroups/{name}}. */
final class ContainerGroupBody {

    /** The tag that holds the fingerprint of what was asked for last. */
    static final String FINGERPRINT_TAG = "aml.desiredState";

    /** The scoring server's port unless {@code PORT} says otherwise (azureml-inference-server-http). */
    private static final int SERVER_PORT = 5001;

    /** Before a registry's server, among the names of secrets; no variable has a slash. */
    static final String REGISTRY = "registry/";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ContainerGroupRequest request;
    private final ScoringKeys keys;

    ContainerGroupBody(ContainerGroupRequest request, ScoringKeys keys) {
        this.request = request;
        this.keys = keys;
    }

    /** The body, with the fingerprint of itself among its tags. */
    ContainerGroupInner build() {
        ContainerGroupInner group = new ContainerGroupInner()
                .withLocation(request.location())
                .withOsType(OperatingSystemTypes.LINUX)
                .withRestartPolicy(ContainerGroupRestartPolicy.fromString(request.restartPolicy()))
                .withContainers(List.of(container()))
                .withIpAddress(address());
        addPull(group);
        Map<String, String> tags = new TreeMap<>(request.tags());
        group.withTags(tags);
        tags.put(FINGERPRINT_TAG, fingerprint(group));
        // Not part of the fingerprint, which stays the same for groups that were deployed without it.
        new SecretState(keys).tag(secrets()).ifPresent(state -> tags.put(SecretState.TAG, state));
        return group;
    }

    private Container container() {
        return new Container()
                .withName(request.name())
                .withImage(request.image())
                .withPorts(List.of(
                        new ContainerPort().withPort(request.port()).withProtocol(ContainerNetworkProtocol.TCP)))
                .withResources(new ResourceRequirements()
                        .withRequests(
                                new ResourceRequests().withCpu(request.cpu()).withMemoryInGB(request.memoryGiB())))
                .withEnvironmentVariables(variables())
                .withLivenessProbe(new ContainerProbe()
                        .withHttpGet(new ContainerHttpGet()
                                .withPath("/")
                                .withPort(request.port())
                                .withScheme(Scheme.HTTP))
                        .withInitialDelaySeconds(30)
                        .withPeriodSeconds(10)
                        .withTimeoutSeconds(5)
                        .withFailureThreshold(30));
    }

    private List<EnvironmentVariable> variables() {
        Map<String, EnvironmentVariable> variables = new TreeMap<>();
        request.environment()
                .forEach((name, value) -> variables.put(
                        name, new EnvironmentVariable().withName(name).withValue(value)));
        if (request.port() != SERVER_PORT) {
            variables.computeIfAbsent(
                    "PORT", name -> new EnvironmentVariable().withName(name).withValue("" + request.port()));
        }
        request.secureEnvironment().forEach((name, value) -> variables.put(name, secure(name, value)));
        request.auth()
                .variables()
                .forEach((name, value) -> variables.put(
                        name, new EnvironmentVariable().withName(name).withValue(value)));
        request.auth().secrets(keys).forEach((name, value) -> variables.put(name, secure(name, value)));
        return new ArrayList<>(variables.values());
    }

    /** Values that the service never tells: of variables by their name, of a registry by its server. */
    Map<String, String> secrets() {
        Map<String, String> secrets = new TreeMap<>(request.secureEnvironment());
        request.auth().variables().keySet().forEach(secrets::remove);
        secrets.putAll(request.auth().secrets(keys));
        if (request.pull() instanceof ContainerGroupRequest.ImagePull.Login login
                && !login.access().shortLived()) {
            secrets.put(REGISTRY + login.access().loginServer(), login.access().password());
        }
        return secrets;
    }

    private static EnvironmentVariable secure(String name, String value) {
        return new EnvironmentVariable().withName(name).withSecureValue(value);
    }

    private IpAddress address() {
        IpAddress address = new IpAddress()
                .withType(ContainerGroupIpAddressType.PUBLIC)
                .withPorts(
                        List.of(new Port().withPort(request.port()).withProtocol(ContainerGroupNetworkProtocol.TCP)));
        request.dnsNameLabel().ifPresent(address::withDnsNameLabel);
        return address;
    }

    private void addPull(ContainerGroupInner group) {
        if (request.pull() instanceof ContainerGroupRequest.ImagePull.Login login) {
            group.withImageRegistryCredentials(List.of(new ImageRegistryCredential()
                    .withServer(login.access().loginServer())
                    .withUsername(login.access().username())
                    .withPassword(login.access().password())));
        } else if (request.pull() instanceof ContainerGroupRequest.ImagePull.Identity identity) {
            group.withIdentity(new ContainerGroupIdentity()
                            .withType(ResourceIdentityType.USER_ASSIGNED)
                            .withUserAssignedIdentities(
                                    Map.of(identity.resourceId(), new ContainerGroupIdentityUserAssignedIdentities())))
                    .withImageRegistryCredentials(List.of(new ImageRegistryCredential()
                            .withServer(identity.server())
                            .withIdentity(identity.resourceId())));
        }
    }

    /** A registry token is another one at each run, so it is no part of what the user asked for. */
    private String fingerprint(ContainerGroupInner group) {
        JsonNode json = json(group);
        if (request.pull() instanceof ContainerGroupRequest.ImagePull.Login login
                && login.access().shortLived()) {
            for (JsonNode credential : json.path("properties").path("imageRegistryCredentials")) {
                ((ObjectNode) credential).remove("password");
            }
        }
        return DesiredState.fingerprint(json.toString(), keys);
    }

    /** A group as it goes over the wire. */
    static JsonNode json(ContainerGroupInner group) {
        try {
            return JSON.readTree(group.toJsonString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the SDK's model does not write JSON", e);
        } catch (IOException e) {
            throw AmlException.of(
                            ErrorCode.LOCAL_IO, "Container group " + group.name() + " cannot be written as JSON: " + e)
                    .cause(e)
                    .build();
        }
    }
}
