package io.github.amlmaven.emulator.job.state;

import java.util.Objects;

/** Why a job cannot be accepted or has failed, with AML's error code and a message for its author. */
public final class JobFailure extends Exception {

    private static final long serialVersionUID = 1L;

    /** The author's doing: code, data, environment or definition. */
    public static final String USER_ERROR = "UserError";

    private final String code;

    public JobFailure(String code, String message) {
        super(message);
        this.code = code;
    }

    public static JobFailure user(String message) {
        return new JobFailure(USER_ERROR, message);
    }

    public String code() {
        return code;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
