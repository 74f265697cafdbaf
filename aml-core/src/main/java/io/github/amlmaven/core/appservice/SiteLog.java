package io.github.amlmaven.core.appservice;

import io.github.amlmaven.core.error.Redaction;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads in a site's docker log whether its last start came to nothing.
 *
 * <p>The service has no state for that: the site is {@code Running} whatever its container does. Wording as the platform
 * writes it, of the older front end ({@code failing site start}) and the newer one ({@code Container has finished running},
 * {@code Site startup probe failed}).
 */
final class SiteLog {

    private static final int SHOWN_LINES = 40;

    private static final List<String> FAILURES = List.of(
            "failing site start",
            "Image pull failed",
            "Failed to pull image",
            "Container has finished running with exit code",
            "Site startup probe failed",
            "Failed to start site");

    /** What the Functions host says of a custom handler that has ended; other servers say the like of their workers. */
    private static final Pattern HANDLER_ENDED = Pattern.compile("exited with code -?[0-9]+ \\(0x[0-9A-Fa-f]+\\)");

    private final String text;

    SiteLog(String text) {
        this.text = text;
    }

    /** How many starts have failed in what the log remembers. */
    int failures() {
        return (int) text.lines().filter(SiteLog::tellsFailure).count();
    }

    /** The newest line that tells of a failed start, without its time. */
    Optional<String> lastFailure() {
        return text.lines()
                .filter(SiteLog::tellsFailure)
                .reduce((earlier, later) -> later)
                .map(line -> Redaction.of(line.replaceFirst("^\\S+Z\\s+(ERROR\\s+-\\s+)?", "")));
    }

    private static boolean tellsFailure(String line) {
        return FAILURES.stream().anyMatch(line::contains)
                || HANDLER_ENDED.matcher(line).find();
    }

    /** The last lines for a person, one fact a line, without any of {@code secrets}. */
    String describe(Collection<String> secrets) {
        List<String> lines = text.lines().toList();
        StringBuilder shown = new StringBuilder();
        for (String line : lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size())) {
            shown.append(shown.isEmpty() ? "" : "\n  ").append("log | ").append(line);
        }
        String result = shown.isEmpty() ? "log | (empty)" : Redaction.of(shown.toString());
        for (String secret : secrets) {
            if (!secret.isEmpty()) {
                result = result.replace(secret, "***");
            }
        }
        return result;
    }
}
