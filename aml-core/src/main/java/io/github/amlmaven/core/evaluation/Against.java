package io.github.amlmaven.core.evaluation;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;

/** Which registered version of the model a metric is compared with. */
public sealed interface Against {

    /** No other model: only the rule's own limits count. */
    record Nothing() implements Against {}

    /** The newest version whose {@code stage}, as property or as tag, is {@code Production}. */
    record Production() implements Against {}

    /** The newest version that has a tag with this value. */
    record Tag(String name, String value) implements Against {}

    /** One version. */
    record Version(String version) implements Against {}

    /** Reads {@code production}, {@code tag:<name>=<value>} or {@code version:<version>}; empty text means nothing. */
    static Against parse(String text) {
        if (text.isBlank()) {
            return new Nothing();
        }
        if (text.equals("production")) {
            return new Production();
        }
        if (text.startsWith("version:") && text.length() > "version:".length()) {
            return new Version(text.substring("version:".length()));
        }
        int equals = text.indexOf('=');
        if (text.startsWith("tag:") && equals > "tag:".length()) {
            return new Tag(text.substring("tag:".length(), equals), text.substring(equals + 1));
        }
        throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "A rule compares against '" + text + "'")
                .remedy("Set <against> to production, tag:<name>=<value> or version:<version>.")
                .build();
    }
}
