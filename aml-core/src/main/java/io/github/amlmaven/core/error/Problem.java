package io.github.amlmaven.core.error;

/**
 * One mistake in a file.
 *
 * @param code what kind of mistake
 * @param location where
 * @param message what is wrong, with "did you mean" where something is near
 */
public record Problem(ErrorCode code, Location location, String message) {

    @Override
    public String toString() {
        return code.id() + "  " + location + "  " + message;
    }
}
