package io.github.amlmaven.core.endpoint;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import java.util.List;

/** Says why an online deployment did not come up: with the end of its log, and as whose mistake. */
record DeploymentDiagnosis(EndpointResource endpoint, String deployment, Progress progress) {

    private static final int LINES = 50;

    /** Codes of deployments that failed by no fault of theirs (how-to-troubleshoot-online-endpoints). */
    private static final List<String> FAULTS_OF_THE_SERVICE =
            List.of("InternalServerError", "OutOfCapacity", "OperationCanceled", "NetworkingIssue");

    void explaining(Runnable deploying) {
        try {
            deploying.run();
        } catch (AmlException e) {
            throw e.code() == ErrorCode.OPERATION_FAILED || e.code() == ErrorCode.OPERATION_TIMEOUT ? explained(e) : e;
        }
    }

    private AmlException explained(AmlException failure) {
        String message = String.valueOf(failure.getMessage());
        boolean late = failure.code() == ErrorCode.OPERATION_TIMEOUT;
        boolean service = FAULTS_OF_THE_SERVICE.stream().anyMatch(code -> message.contains(": " + code + ":"));
        ErrorCode code =
                late ? failure.code() : service ? ErrorCode.DEPLOYMENT_FAILED : ErrorCode.DEPLOYMENT_UNSERVABLE;
        String log = log();
        return AmlException.of(
                        code,
                        "Deployment " + deployment + " of endpoint " + endpoint.name() + ": " + message
                                + (log.isEmpty()
                                        ? ""
                                        : "\n" + log.stripTrailing().indent(4).stripTrailing()))
                .cause(failure.getCause())
                .requestId(failure.requestId())
                .remedy(
                        late
                                ? failure.remedy()
                                : "The traffic is as it was. Mend what the log names and run the goal again; the whole log:"
                                        + " mvn aml:logs -Daml.endpoint=" + endpoint.name() + " -Daml.deployment="
                                        + deployment + ".")
                .build();
    }

    /** The log is an extra: its own failure must not hide why the deployment failed. */
    private String log() {
        try {
            String server = endpoint.log(deployment, "InferenceServer", LINES);
            return server.isBlank() ? endpoint.log(deployment, "StorageInitializer", LINES) : server;
        } catch (AmlException unavailable) {
            progress.debug("no log of " + deployment + ": " + unavailable.getMessage());
            return "";
        }
    }
}
