package io.github.amlmaven.core.image.python;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.python.IndexCredentials;
import io.github.amlmaven.core.python.ProcessOutput;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What pip says, in a user's terms and without the credentials of index addresses. */
final class PipOutput {

    private static final List<Pattern> CULPRITS = List.of(
            Pattern.compile("No matching distribution found for (.+)$"),
            Pattern.compile("Could not find a version that satisfies the requirement ([^(]+)"),
            Pattern.compile("Invalid requirement: '?([^'(]+)"),
            Pattern.compile("Cannot install (.+) because"),
            Pattern.compile("THESE PACKAGES DO NOT MATCH THE HASHES.*"));
    private static final int SHOWN_LINES = 6;

    private PipOutput() {}

    /** The error for a pip that ended with another code than 0. */
    static AmlException failure(ProcessOutput output, String platform, String pythonVersion) {
        List<String> errors = output.lines().stream()
                .filter(line ->
                        line.startsWith("ERROR:") || line.contains("because") || line.contains("Expected sha256"))
                .toList();
        List<String> shown = errors.isEmpty() ? output.tail(SHOWN_LINES) : errors;
        String culprit = errors.stream()
                .map(PipOutput::culprit)
                .filter(name -> !name.isEmpty())
                .reduce((first, second) -> second)
                .map(name -> " '" + name + "'")
                .orElse("");
        String said = shown.stream()
                .skip(Math.max(0, shown.size() - SHOWN_LINES))
                .map(line -> "\n  pip: " + IndexCredentials.masked(line.trim()))
                .collect(Collectors.joining());
        boolean offline = output.lines().stream()
                .anyMatch(line -> line.contains("NewConnectionError") || line.contains("Failed to establish"));
        return AmlException.of(
                        ErrorCode.PYTHON_DEPENDENCIES,
                        "No wheels for" + IndexCredentials.masked(culprit) + " on " + platform + " with Python "
                                + pythonVersion + said)
                .remedy(
                        offline
                                ? "The package index cannot be reached: check the network, or PIP_INDEX_URL."
                                : "Name a version that the index has as a wheel for this platform and Python.")
                .build();
    }

    private static String culprit(String line) {
        for (Pattern pattern : CULPRITS) {
            Matcher matcher = pattern.matcher(line);
            if (matcher.find()) {
                return matcher.groupCount() == 0
                        ? "a locked package"
                        : matcher.group(1).trim();
            }
        }
        return "";
    }
}
