package io.github.amlmaven.core.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import java.util.List;
import java.util.Optional;

/**
 * Says why an online deployment did not come up: with the end of its log, as whose mistake, and what to do next.
 *
 * @param body as it was sent
 */
record DeploymentDiagnosis(
        AzureClients clients, EndpointResource endpoint, String deployment, ObjectNode body, Progress progress) {

    private static final int LINES = 50;

    /** Codes of deployments that failed by no fault of theirs (how-to-troubleshoot-online-endpoints). */
    private static final List<String> FAULTS_OF_THE_SERVICE =
            List.of("InternalServerError", "OutOfCapacity", "OperationCanceled", "NetworkingIssue");

    void explaining(Runnable deploying) {
        try {
            deploying.run();
        } catch (AmlException e) {
            throw explained(e);
        }
    }

    private AmlException explained(AmlException failure) {
        String message = String.valueOf(failure.getMessage());
        if (QuotaAdvice.isAbout(message)) {
            return outOfQuota(failure, message);
        }
        boolean late = failure.code() == ErrorCode.OPERATION_TIMEOUT;
        if (!late && failure.code() != ErrorCode.OPERATION_FAILED) {
            return failure;
        }
        boolean service = FAULTS_OF_THE_SERVICE.stream().anyMatch(code -> message.contains(": " + code + ":"));
        ErrorCode code =
                late ? failure.code() : service ? ErrorCode.DEPLOYMENT_FAILED : ErrorCode.DEPLOYMENT_UNSERVABLE;
        String log = log();
        return AmlException.of(
                        code,
                        subject()
                                + message
                                + (log.isEmpty()
                                        ? ""
                                        : "\n" + log.stripTrailing().indent(4).stripTrailing()))
                .cause(failure.getCause())
                .requestId(failure.requestId())
                .remedy(
                        late
                                ? failure.remedy()
                                : "The traffic is as it was. " + next(message) + " The whole log: mvn aml:logs"
                                        + " -Daml.endpoint=" + endpoint.name() + " -Daml.deployment=" + deployment
                                        + ".")
                .build();
    }

    private String subject() {
        return "Deployment " + deployment + " of endpoint " + endpoint.name() + ": ";
    }

    private AmlException outOfQuota(AmlException failure, String message) {
        return AmlException.of(ErrorCode.OUT_OF_QUOTA, subject() + message)
                .cause(failure.getCause())
                .requestId(failure.requestId())
                .remedy(extra("no advice on the quota", () -> new QuotaAdvice(clients, body).sentence(message))
                        .orElse(ErrorCode.OUT_OF_QUOTA.remedy()))
                .build();
    }

    /** By what the service says (how-to-troubleshoot-online-endpoints); the log alone often tells less. */
    private String next(String message) {
        if (message.contains("container image")) {
            return "The image "
                    + extra("image unknown", this::image)
                            .map(name -> "'" + name + "' ")
                            .orElse("")
                    + "cannot be pulled: check its name, that it is in the registry (mvn aml:package, mvn aml:acr-import), and"
                    + " that the endpoint's identity has AcrPull there.";
        }
        if (message.contains("probe failed")) {
            return "The server did not get ready: if it only needs longer, raise initial_delay or failure_threshold of"
                    + " readiness_probe and liveness_probe; else mend what the log names.";
        }
        if (message.contains("the build is offline")) {
            return "Run the goal once without -o: what the environment needs stays in the emulator's cache.";
        }
        if (message.contains(": ImageBuildFailure:")) {
            return "Mend the environment's conda file.";
        }
        return "Mend what the log names, most often init() of the scoring script or a package that it lacks, and run the goal"
                + " again.";
    }

    private Optional<String> image() {
        String environment = body.at("/properties/environmentId").asText();
        return environment.startsWith("/subscriptions/")
                ? clients.arm()
                        .find(environment, ApiVersions.MACHINE_LEARNING)
                        .map(found -> found.at("/properties/image").asText())
                        .filter(image -> !image.isEmpty())
                : Optional.empty();
    }

    /** Extras: their own failure must not hide why the deployment failed. */
    private Optional<String> extra(String otherwise, java.util.function.Supplier<Optional<String>> asked) {
        try {
            return asked.get();
        } catch (AmlException unavailable) {
            progress.debug(otherwise + ": " + unavailable.getMessage());
            return Optional.empty();
        }
    }

    private String log() {
        return extra("no log of " + deployment, () -> {
                    String server = endpoint.log(deployment, "InferenceServer", LINES);
                    return Optional.of(
                            server.isBlank() ? endpoint.log(deployment, "StorageInitializer", LINES) : server);
                })
                .orElse("");
    }
}
