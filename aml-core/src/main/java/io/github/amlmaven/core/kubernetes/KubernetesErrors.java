package io.github.amlmaven.core.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Redaction;

/** Kubernetes API errors as coded errors. */
final class KubernetesErrors {

    private KubernetesErrors() {}

    static AmlException of(String what, KubernetesClientException e) {
        String reason = Redaction.of(
                e.getStatus() != null && e.getStatus().getMessage() != null
                        ? e.getStatus().getMessage()
                        : innermost(e));
        if (e.getCode() <= 0) {
            return AmlException.of(ErrorCode.CLUSTER_UNREACHABLE, what + ": " + reason)
                    .cause(e)
                    .remedy("Check that the cluster is started and that its API server can be reached from here.")
                    .build();
        }
        String remedy = switch (e.getCode()) {
            case 401 -> "The kubeconfig's credential is not accepted; get a new one.";
            case 403 -> "The identity needs a role in the cluster, such as 'Azure Kubernetes Service RBAC Writer'.";
            case 404 -> "Create the namespace, or set -Daml.deploy.createNamespace=true.";
            case 409 -> "Another tool manages these fields; take them over with -Daml.deploy.forceConflicts=true.";
            default -> "";
        };
        return AmlException.of(ErrorCode.CLUSTER_REFUSED, what + ": " + e.getCode() + ": " + reason)
                .cause(e)
                .remedy(remedy)
                .build();
    }

    private static String innermost(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
