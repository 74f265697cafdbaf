package io.github.amlmaven.emulator.service;

import java.nio.file.Path;

/**
 * How to start an emulator.
 *
 * @param home folder that holds the state; made when missing; one emulator at a time may use it
 * @param httpsPort 0 for any free port
 * @param httpPort 0 for any free port
 * @param subscriptionId the subscription that exists from the start
 * @param resourceGroup the resource group that exists from the start
 * @param workspace the workspace that exists from the start, with storage account, registry, key vault and compute
 * @param strict refuse requests that the specification does not allow
 * @param upstream whether the registry may pull base images from public registries
 */
public record EmulatorOptions(
        Path home,
        int httpsPort,
        int httpPort,
        String subscriptionId,
        String resourceGroup,
        String workspace,
        boolean strict,
        boolean upstream) {

    public static final String DEFAULT_SUBSCRIPTION = "00000000-0000-0000-0000-00000000a111";
    public static final String DEFAULT_RESOURCE_GROUP = "local";
    public static final String DEFAULT_WORKSPACE = "local";
    public static final String TENANT = "00000000-0000-0000-0000-0000000e27a1";

    /** Free ports, the default workspace, strict, upstream allowed. */
    public static EmulatorOptions in(Path home) {
        return new EmulatorOptions(
                home, 0, 0, DEFAULT_SUBSCRIPTION, DEFAULT_RESOURCE_GROUP, DEFAULT_WORKSPACE, true, true);
    }
}
