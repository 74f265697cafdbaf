package io.github.amlmaven.core.spec.v1;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.Problem;
import java.util.List;

/**
 * A file of the first API in the words of the second.
 *
 * @param content the file of the second API
 * @param comments why something is as it is, for those who read the file
 * @param problems what keeps it from being converted; the content is incomplete then
 * @param warnings what has no equivalent and is left out, with what to use instead
 */
public record Converted(ObjectNode content, Comments comments, List<Problem> problems, List<Problem> warnings) {

    public Converted {
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }
}
