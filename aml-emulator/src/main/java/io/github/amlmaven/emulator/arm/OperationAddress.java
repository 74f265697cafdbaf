package io.github.amlmaven.emulator.arm;

import java.util.List;

/**
 * Where an operation is polled. Providers name the two path segments differently; those of AML are taken from recorded
 * URLs ({@code mfeOperationsStatus/oe:...}: online endpoint, {@code od}: deployment, {@code oeidp}/{@code odidp}: their
 * identity-based forms).
 *
 * @param name the operation's name, prefixed by the kind of resource where AML does so
 */
record OperationAddress(
        String subscription, String provider, String region, String statusType, String resultType, String name) {

    private static final List<String> INFERENCE = List.of("oeidp:", "odidp:");

    static OperationAddress of(String provider, ResourceId resource, String region, String guid) {
        String subscription = resource.segment("subscriptions");
        if (!provider.equalsIgnoreCase("Microsoft.MachineLearningServices")) {
            return new OperationAddress(subscription, provider, region, "operationStatuses", "operationResults", guid);
        }
        if (!resource.segment("onlineEndpoints").isEmpty()) {
            String prefix = resource.segment("deployments").isEmpty() ? INFERENCE.get(0) : INFERENCE.get(1);
            return new OperationAddress(
                    subscription, provider, region, "mfeOperationsStatus", "mfeOperationResults", prefix + guid);
        }
        String kind = !resource.segment("computes").isEmpty()
                ? "compute"
                : resource.value().matches("(?i).*/workspaces/[^/]+") ? "workspace" : "mfe";
        return new OperationAddress(
                subscription, provider, region, kind + "OperationsStatus", kind + "OperationResults", guid);
    }

    /** Whether it is an operation of managed inference, whose answers have other headers. */
    boolean inference() {
        return INFERENCE.stream().anyMatch(name::startsWith);
    }

    String path(boolean result) {
        return "/subscriptions/" + subscription + "/providers/" + provider + "/locations/" + region + "/"
                + (result ? resultType : statusType) + "/" + name;
    }
}
