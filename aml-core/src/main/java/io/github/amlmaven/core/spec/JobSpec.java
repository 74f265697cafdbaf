package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** A job that can be submitted with {@code PUT .../jobs/{name}}. */
public interface JobSpec {

    /** The checked file. */
    CheckedSpec spec();

    /** The job's name; null when the caller must make one. */
    default @Nullable String name() {
        return spec().text("name");
    }

    /** The experiment; null when the file names none. */
    default @Nullable String experimentName() {
        return spec().text("experiment_name");
    }

    /** The request's body. */
    ObjectNode toBody(AssetResolver assets);
}
