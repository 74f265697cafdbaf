package io.github.amlmaven.plugin.config;

import io.github.amlmaven.core.kubernetes.KubernetesRequest;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** The nested {@code <resources>} of {@code aml:deploy-aks}, in Kubernetes quantities. */
public final class AksResources {

    /** CPU that a pod asks for. */
    @Parameter
    private String cpu = "100m";

    /** Memory that a pod asks for. */
    @Parameter
    private String memory = "512Mi";

    /** CPU that a pod gets at most; none means no limit. */
    @Parameter
    private @Nullable String cpuLimit;

    /** Memory at which a pod is ended; none means no limit. */
    @Parameter
    private @Nullable String memoryLimit;

    public KubernetesRequest.Resources wanted() {
        return new KubernetesRequest.Resources(
                cpu, memory, Optional.ofNullable(cpuLimit), Optional.ofNullable(memoryLimit));
    }
}
