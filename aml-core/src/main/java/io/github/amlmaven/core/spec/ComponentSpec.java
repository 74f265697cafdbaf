package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** A component: a step to be used in pipelines, or a whole pipeline. */
public interface ComponentSpec {

    /** The name of components that stand in place. */
    String ANONYMOUS = "azureml_anonymous";

    /** The component's name; null for one that stands in a pipeline. */
    @Nullable
    String name();

    /** The component's version; null when the service or the content decides. */
    @Nullable
    String version();

    /** What goes in, as the component declares it; null when nothing does. */
    @Nullable
    ObjectNode inputs();

    /**
     * The body of {@code PUT .../components/{name}/versions/{version}}.
     *
     * @param name the name in the path; {@code azureml_anonymous} for a step that is written out in a pipeline
     * @param version the version in the path
     */
    ObjectNode toBody(AssetResolver assets, String name, String version);
}
