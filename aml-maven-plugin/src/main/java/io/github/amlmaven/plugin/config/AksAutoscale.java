package io.github.amlmaven.plugin.config;

import io.github.amlmaven.core.kubernetes.KubernetesRequest;
import org.apache.maven.plugins.annotations.Parameter;

/** The nested {@code <autoscale>} of {@code aml:deploy-aks}. */
public final class AksAutoscale {

    /** The smallest number of pods. */
    @Parameter
    private int minReplicas = 1;

    /** The largest number of pods. */
    @Parameter
    private int maxReplicas = 3;

    /** The average CPU use, in percent of what a pod asks for, that the number of pods is steered by. */
    @Parameter
    private int targetCpu = 70;

    public KubernetesRequest.Autoscale bounds() {
        return new KubernetesRequest.Autoscale(minReplicas, maxReplicas, targetCpu);
    }
}
