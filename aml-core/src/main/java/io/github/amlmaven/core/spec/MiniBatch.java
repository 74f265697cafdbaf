package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much a parallel task gets at a time. Source: azure-ai-ml 1.34.0 ({@code entities/_builders/parallel.py}). */
final class MiniBatch {

    private static final Pattern SIZE = Pattern.compile("(\\d+)([kKmMgG][bB])?");

    private MiniBatch() {}

    /** {@code 10} files, or {@code 100kb} as bytes. */
    static long bytes(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw AmlException.of(
                            ErrorCode.SPEC_BAD_VALUE,
                            "'mini_batch_size' is '" + text + "' but must be a number, or a number with kb, mb or gb")
                    .build();
        }
        long number = Long.parseLong(size.group(1));
        String unit = size.group(2) == null ? "" : size.group(2).toLowerCase(Locale.ROOT);
        return switch (unit) {
            case "kb" -> number * 1024;
            case "mb" -> number * 1024 * 1024;
            case "gb" -> number * 1024 * 1024 * 1024;
            default -> number;
        };
    }

    /** The keys that divide the data, as one text of JSON in Python's spelling. */
    static String keys(ArrayNode keys) {
        StringJoiner text = new StringJoiner(", ", "[", "]");
        for (JsonNode key : keys) {
            text.add(key.toString());
        }
        return text.toString();
    }
}
