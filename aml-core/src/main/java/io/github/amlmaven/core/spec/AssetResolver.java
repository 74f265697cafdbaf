package io.github.amlmaven.core.spec;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns what YAML points to into what a request must hold. Rendering asks for nothing else from the outside, so the
 * same specs can be rendered offline in a dry run and online with uploads.
 *
 * <p>Implementations upload local content and make anonymous assets; every answer is the exact text for the request.
 */
public interface AssetResolver {

    /** The ARM id of a code asset; a local folder is uploaded. */
    String code(AssetReference code);

    /**
     * The ARM id of a code asset that is put together.
     *
     * @param code the folder that everything starts from; null when there are only additions
     * @param includes files and folders that go beside its content
     */
    String code(@Nullable AssetReference code, List<Path> includes);

    /** The ARM id (or registry URI) of an environment that exists. */
    String environment(AssetReference environment);

    /** The ARM id of an environment that is written out in place; it becomes an anonymous asset. */
    String environment(EnvironmentSpec environment);

    /** The ARM id of a component that exists. */
    String component(AssetReference component);

    /** The ARM id of a component that is written out in place or in another file; it becomes an anonymous asset. */
    String component(ComponentSpec component);

    /** The ARM id of a model that exists. */
    String model(AssetReference model);

    /** The ARM id of a model that is written out in place; it is registered. */
    String model(ModelSpec model);

    /** The ARM id of a compute target, from its name or an {@code azureml:} reference. */
    String compute(String compute);

    /** The ARM id of a datastore, from its name or an {@code azureml:} reference. */
    String datastore(String datastore);

    /**
     * What a job's input of type data or model reads.
     *
     * @param type {@code uri_folder}, {@code mlflow_model} ...; tells data assets from models
     * @param datastore where local content goes; null for the default
     * @return an ARM id for an asset, else a URI
     */
    String input(AssetReference data, String type, @Nullable String datastore);

    /** The {@code modelUri} of a model's path; local content is uploaded. */
    String modelUri(AssetReference path, @Nullable String datastore);

    /** The {@code dataUri} of a data asset's path; local content is uploaded. */
    String dataUri(AssetReference path, @Nullable String datastore);

    /** The {@code contextUri} of a Docker build context, with a trailing slash; local content is uploaded. */
    String buildContext(AssetReference path, @Nullable String datastore);
}
