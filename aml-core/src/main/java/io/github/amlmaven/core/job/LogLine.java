package io.github.amlmaven.core.job;

import java.util.regex.Pattern;

/**
 * A line that a job wrote, made harmless for a terminal and for CI systems: a job's output must not move the cursor,
 * nor set variables of the build ({@code ##vso[...]}, {@code ::set-output}).
 */
final class LogLine {

    private static final Pattern ANSI =
            Pattern.compile("\\x1B(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\x07\\x1B]*(?:\\x07|\\x1B\\\\)?|[@-Z\\\\-_])");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\\t]]");
    private static final Pattern COMMAND =
            Pattern.compile("##(?=\\[|vso\\[)|^(\\s*)::(?=[A-Za-z])", Pattern.CASE_INSENSITIVE);
    private static final int LONGEST = 4000;

    private LogLine() {}

    static String harmless(String line) {
        String text = ANSI.matcher(line).replaceAll("");
        // Progress bars rewrite a line with carriage returns: what stands last is what a terminal would show.
        String shown = text.substring(text.stripTrailing().lastIndexOf('\r') + 1);
        String clean = CONTROL.matcher(shown).replaceAll("");
        String tame = COMMAND.matcher(clean)
                .replaceAll(match -> match.group().startsWith("##") ? "# #" : match.group(1) + ": :");
        return tame.length() > LONGEST ? tame.substring(0, LONGEST) + "..." : tame;
    }
}
