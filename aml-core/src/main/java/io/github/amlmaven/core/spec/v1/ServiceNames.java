package io.github.amlmaven.core.spec.v1;

/**
 * What {@code az ml model deploy} was told on its command line and no file says.
 *
 * @param service the service's name, the endpoint's here
 * @param model a reference to the model, {@code azureml:diabetes@latest}, or the path of its YAML file
 * @param compute the attached Kubernetes cluster
 */
public record ServiceNames(String service, String model, String compute) {}
