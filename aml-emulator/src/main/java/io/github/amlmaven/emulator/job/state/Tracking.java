package io.github.amlmaven.emulator.job.state;

import io.github.amlmaven.emulator.arm.ResourceId;
import java.net.URI;

/** Where a workspace's MLflow tracking API is. */
public final class Tracking {

    /** In front of the workspace's id. */
    static final String PREFIX = "/mlflow/v2.0";

    private Tracking() {}

    public static String uri(URI base, ResourceId workspace) {
        return base + PREFIX + workspace;
    }
}
