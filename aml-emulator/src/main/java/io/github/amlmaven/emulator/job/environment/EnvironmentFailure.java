package io.github.amlmaven.emulator.job.environment;

import java.io.IOException;
import java.util.Objects;

/** An environment that cannot be made, with a message for its author. */
public final class EnvironmentFailure extends IOException {

    private static final long serialVersionUID = 1L;

    public EnvironmentFailure(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
