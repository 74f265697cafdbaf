package io.github.amlmaven.core.error;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a goal's parameters, so that all of it is reported at once and before anything is sent. */
public final class ParameterCheck {

    private final List<String> wrong = new ArrayList<>();

    /** Notes {@code sentence} unless {@code holds}; the sentence names the parameter, its value and what is allowed. */
    public ParameterCheck require(boolean holds, String sentence) {
        if (!holds) {
            wrong.add(sentence);
        }
        return this;
    }

    /** Notes a value that does not match {@code pattern}. */
    public ParameterCheck requireMatch(String parameter, String value, String pattern, String allowed) {
        return require(value.matches(pattern), parameter + " '" + value + "': " + allowed);
    }

    /** @throws AmlException {@link ErrorCode#CONFIGURATION_INVALID} when anything was noted */
    public void orThrow(String what) {
        if (!wrong.isEmpty()) {
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, what + ": " + String.join("; ", wrong))
                    .build();
        }
    }
}
