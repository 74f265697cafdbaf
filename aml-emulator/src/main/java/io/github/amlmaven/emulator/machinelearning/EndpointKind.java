package io.github.amlmaven.emulator.machinelearning;

/** Online and batch endpoints, and what the specification calls their bodies. */
enum EndpointKind {
    ONLINE("onlineEndpoints", "OnlineEndpoint", "OnlineDeployment"),
    BATCH("batchEndpoints", "BatchEndpoint", "BatchDeployment");

    private final String path;
    private final String endpointModel;
    private final String deploymentModel;

    EndpointKind(String path, String endpointModel, String deploymentModel) {
        this.path = path;
        this.endpointModel = endpointModel;
        this.deploymentModel = deploymentModel;
    }

    String path() {
        return path;
    }

    String endpointModel() {
        return endpointModel;
    }

    String deploymentModel() {
        return deploymentModel;
    }
}
