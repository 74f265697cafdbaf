package io.github.amlmaven.emulator.job.state;

import io.github.amlmaven.emulator.arm.ResourceId;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Experiments are names on jobs; their ids follow from workspace and name. */
public final class Experiments {

    private Experiments() {}

    public static String id(ResourceId workspace, String name) {
        return UUID.nameUUIDFromBytes((workspace.key() + "/experiments/" + name).getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}
