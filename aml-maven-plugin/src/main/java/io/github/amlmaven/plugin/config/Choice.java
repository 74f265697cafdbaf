package io.github.amlmaven.plugin.config;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Suggestion;
import java.util.List;

/** A parameter that takes one of a few words. */
public final class Choice {

    private Choice() {}

    /**
     * What to say of another word: those that there are, and the one that is near.
     *
     * @param property the parameter as it is set on the command line, without {@code -D}
     */
    public static AmlException refused(String property, String given, List<String> words) {
        String known = String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.get(words.size() - 1);
        return AmlException.of(
                        ErrorCode.CONFIGURATION_INVALID,
                        property + " '" + given + "': " + known + Suggestion.sentence(given, words))
                .remedy("Set -D" + property
                        + Suggestion.nearest(given, words)
                                .map(word -> "=" + word)
                                .orElse(" to " + known)
                        + ".")
                .build();
    }
}
