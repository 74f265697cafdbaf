package io.github.amlmaven.core.conversion;

import io.github.amlmaven.core.error.Location;
import java.nio.file.Path;

/**
 * Where a conversion could have gone another way, or something of the first API has another meaning now. The file that was
 * made has it as a comment.
 *
 * @param source the place in the file of the first API
 * @param file the file of the second API, absolute
 * @param pointer the JSON pointer of the key that the comment stands above; empty when it is about no key of the file
 * @param text the choice, in a sentence
 */
public record ConversionChoice(Location source, Path file, String pointer, String text) {}
