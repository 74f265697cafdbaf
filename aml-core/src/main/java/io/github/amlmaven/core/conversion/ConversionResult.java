package io.github.amlmaven.core.conversion;

import io.github.amlmaven.core.error.Problem;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was converted.
 *
 * @param sources the files of the first API that were converted
 * @param texts the files of the second API, by absolute path
 * @param changed those of them that were, or would be, written because they are new or different
 * @param choices where the conversion could have gone another way
 * @param warnings what has no equivalent and was left out
 */
public record ConversionResult(
        List<Path> sources,
        Map<Path, String> texts,
        List<Path> changed,
        List<ConversionChoice> choices,
        List<Problem> warnings) {

    public ConversionResult {
        sources = List.copyOf(sources);
        texts = Collections.unmodifiableMap(new LinkedHashMap<>(texts));
        changed = List.copyOf(changed);
        choices = List.copyOf(choices);
        warnings = List.copyOf(warnings);
    }
}
