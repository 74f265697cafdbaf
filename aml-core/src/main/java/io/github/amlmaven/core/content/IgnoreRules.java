package io.github.amlmaven.core.content;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which files of a folder are left out of hash and upload: the patterns of {@code .amlignore} or, without one, of
 * {@code .gitignore} in the folder's root, the last that matches decides. Ignore files deeper down have no effect, as
 * in the official client.
 *
 * <p>A pattern is matched segment by segment without a regular expression, so that no pattern can be made to run for
 * ever.
 */
public final class IgnoreRules {

    private static final String ANY_DEPTH = "**";

    private final List<Pattern> patterns;

    private IgnoreRules(List<Pattern> patterns) {
        this.patterns = patterns;
    }

    /** The rules of a folder; none when it has no ignore file. */
    public static IgnoreRules of(Path directory) throws IOException {
        for (String name : List.of(".amlignore", ".gitignore")) {
            Path file = directory.resolve(name);
            if (Files.isRegularFile(file)) {
                return parse(Files.readString(file, StandardCharsets.UTF_8));
            }
        }
        return new IgnoreRules(List.of());
    }

    /** The rules of an ignore file's text. */
    public static IgnoreRules parse(String text) {
        List<Pattern> patterns = new ArrayList<>();
        text.lines().forEach(line -> {
            Pattern pattern = pattern(line.stripTrailing());
            if (pattern != null) {
                patterns.add(pattern);
            }
        });
        return new IgnoreRules(List.copyOf(patterns));
    }

    /**
     * Whether a path is left out.
     *
     * @param relative relative to the folder, with {@code /} between segments
     */
    public boolean excludes(String relative) {
        boolean excluded = false;
        String[] path = relative.split("/", -1);
        for (Pattern pattern : patterns) {
            if (pattern.include() != excluded && matches(pattern.segments(), path)) {
                excluded = pattern.include();
            }
        }
        return excluded;
    }

    /** Whether a pattern brings files back that an earlier one left out. */
    boolean hasExceptions() {
        return patterns.stream().anyMatch(pattern -> !pattern.include());
    }

    private static @Nullable Pattern pattern(String line) {
        if (line.isEmpty() || line.startsWith("#") || line.equals("/")) {
            return null;
        }
        boolean include = !line.startsWith("!");
        String text = include ? line : line.substring(1);
        List<String> segments = new ArrayList<>(Arrays.asList(text.split("/", -1)));
        if (segments.get(0).isEmpty()) {
            segments.remove(0);
        } else if (segments.size() == 1
                || (segments.size() == 2 && segments.get(1).isEmpty())) {
            segments.add(0, ANY_DEPTH);
        }
        if (segments.isEmpty()) {
            return null;
        }
        int last = segments.size() - 1;
        if (segments.get(last).isEmpty()) {
            segments.set(last, ANY_DEPTH);
        }
        for (int i = segments.size() - 1; i > 0; i--) {
            if (segments.get(i).equals(ANY_DEPTH) && segments.get(i - 1).equals(ANY_DEPTH)) {
                segments.remove(i);
            }
        }
        return new Pattern(include, segments);
    }

    /** Whether a pattern matches a path, or a folder above it. */
    private static boolean matches(List<String> pattern, String[] path) {
        boolean[] reachable = new boolean[path.length + 1];
        reachable[0] = true;
        for (int i = 0; i < pattern.size(); i++) {
            boolean[] next = new boolean[path.length + 1];
            boolean last = i == pattern.size() - 1;
            for (int j = 0; j <= path.length; j++) {
                if (!reachable[j]) {
                    continue;
                }
                if (pattern.get(i).equals(ANY_DEPTH)) {
                    // At the end it stands for what is inside the folder, so for one segment at least.
                    for (int k = last ? j + 1 : j; k <= path.length; k++) {
                        next[k] = true;
                    }
                } else if (j < path.length && glob(pattern.get(i), path[j])) {
                    next[j + 1] = true;
                }
            }
            reachable = next;
        }
        for (boolean end : reachable) {
            if (end) {
                return true;
            }
        }
        return false;
    }

    /** One segment with {@code *}, {@code ?}, {@code [...]} and backslash; going back only to the last star. */
    private static boolean glob(String pattern, String name) {
        int p = 0;
        int n = 0;
        int star = -1;
        int starName = 0;
        while (n < name.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                starName = n;
                continue;
            }
            int next = p < pattern.length() ? one(pattern, p, name.charAt(n)) : -1;
            if (next > 0) {
                p = next;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++starName;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /** Where the pattern goes on when its element at p takes the character, else -1. */
    private static int one(String pattern, int p, char c) {
        char element = pattern.charAt(p);
        if (element == '?') {
            return p + 1;
        }
        if (element == '\\' && p + 1 < pattern.length()) {
            return pattern.charAt(p + 1) == c ? p + 2 : -1;
        }
        int end = element == '[' ? pattern.indexOf(']', p + 2) : -1;
        if (end < 0) {
            return element == c ? p + 1 : -1;
        }
        boolean negated = pattern.charAt(p + 1) == '!' || pattern.charAt(p + 1) == '^';
        boolean in = false;
        for (int i = negated ? p + 2 : p + 1; i < end; i++) {
            boolean range = i + 2 < end && pattern.charAt(i + 1) == '-';
            char to = range ? pattern.charAt(i + 2) : pattern.charAt(i);
            in |= pattern.charAt(i) <= c && c <= to;
            i += range ? 2 : 0;
        }
        return in != negated ? end + 1 : -1;
    }

    private record Pattern(boolean include, List<String> segments) {
        Pattern {
            segments = List.copyOf(segments);
        }
    }
}
