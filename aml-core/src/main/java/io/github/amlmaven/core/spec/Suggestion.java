package io.github.amlmaven.core.spec;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** "Did you mean": the known word that is nearest to what was written. */
public final class Suggestion {

    private Suggestion() {}

    /** The nearest word within a third of its length, for at most a handful of slips. */
    static Optional<String> nearest(String written, Collection<String> known) {
        String word = normal(written);
        int limit = Math.max(1, word.length() / 3);
        LevenshteinDistance distance = new LevenshteinDistance(limit);
        record Match(String word, int distance) {}
        return known.stream()
                .map(candidate -> new Match(
                        candidate, isSwapped(word, normal(candidate)) ? 1 : distance.apply(word, normal(candidate))))
                .filter(match -> match.distance() >= 0)
                .min(Comparator.comparingInt(Match::distance).thenComparing(Match::word))
                .map(Match::word);
    }

    /** The sentence that follows a message; empty when nothing is near. */
    public static String sentence(String written, Collection<String> known) {
        return nearest(written, known)
                .map(word -> ". Did you mean '" + word + "'?")
                .orElse("");
    }

    /** Letters in another order are one slip, which the edit distance counts as two. */
    private static boolean isSwapped(String left, String right) {
        return Arrays.equals(
                left.chars().sorted().toArray(), right.chars().sorted().toArray());
    }

    private static String normal(String word) {
        return word.toLowerCase(Locale.ROOT).replace('-', '_');
    }
}
