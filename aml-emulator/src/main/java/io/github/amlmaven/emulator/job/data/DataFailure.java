package io.github.amlmaven.emulator.job.data;

import java.io.IOException;
import java.util.Objects;

/** Data that cannot be found or named, with a message for the job's author. */
public final class DataFailure extends IOException {

    private static final long serialVersionUID = 1L;

    public DataFailure(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
