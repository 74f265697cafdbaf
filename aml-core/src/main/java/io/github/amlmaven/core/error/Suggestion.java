package io.github.amlmaven.core.error;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.JaroWinklerSimilarity;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * "Did you mean": the known word that is nearest to what was written. Edits tell whether a word is near at all, at most a
 * third of the longer one; of those near, the likeness of Jaro and Winkler chooses, since people know how a word begins
 * and shorten it: {@code PyScriptStep} is {@code PythonScriptStep}, though {@code RScriptStep} has fewer edits.
 */
public final class Suggestion {

    /** As many as a reader takes in at a glance. */
    private static final int FEW = 8;

    private static final LevenshteinDistance EDITS = LevenshteinDistance.getDefaultInstance();
    private static final JaroWinklerSimilarity LIKENESS = new JaroWinklerSimilarity();

    private Suggestion() {}

    /** The nearest word; empty when none is near. */
    public static Optional<String> nearest(String written, Collection<String> known) {
        String word = normal(written);
        return known.stream()
                .filter(candidate -> isNear(word, normal(candidate)))
                .min(Comparator.comparingDouble((String candidate) -> -LIKENESS.apply(word, normal(candidate)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** The sentence that follows a message; empty when nothing is near. */
    public static String sentence(String written, Collection<String> known) {
        return nearest(written, known)
                .map(word -> ". Did you mean '" + word + "'?")
                .orElse("");
    }

    /** The same for one of a few values, of which the only one that begins so is meant too: {@code mlflow}. */
    public static String ofChoice(String written, Collection<String> known) {
        String word = normal(written);
        List<String> longer = known.stream()
                .filter(candidate -> word.length() >= 3 && normal(candidate).startsWith(word + "_"))
                .toList();
        return nearest(written, known).isEmpty() && longer.size() == 1
                ? ". Did you mean '" + longer.get(0) + "'?"
                : sentence(written, known);
    }

    /** A suggestion, or, without one, what there is to choose from when that is little. */
    public static String orKnown(String suggestion, Collection<String> known) {
        return suggestion.isEmpty() && known.size() <= FEW ? "; known here: " + String.join(", ", known) : suggestion;
    }

    private static boolean isNear(String word, String candidate) {
        int longer = Math.max(word.length(), candidate.length());
        return EDITS.apply(word, candidate) * 3 <= longer || isSwapped(word, candidate);
    }

    /** Two neighbours that changed places are one slip, which the edit distance counts as two. */
    private static boolean isSwapped(String left, String right) {
        if (left.length() != right.length() || left.length() < 3) {
            return false;
        }
        int first = 0;
        while (first < left.length() && left.charAt(first) == right.charAt(first)) {
            first++;
        }
        return first + 1 < left.length()
                && left.charAt(first) == right.charAt(first + 1)
                && left.charAt(first + 1) == right.charAt(first)
                && left.substring(first + 2).equals(right.substring(first + 2));
    }

    private static String normal(String word) {
        return word.toLowerCase(Locale.ROOT).replace('-', '_');
    }
}
