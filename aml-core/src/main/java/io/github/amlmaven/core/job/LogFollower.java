package io.github.amlmaven.core.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.progress.Progress;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Shows what is new in the logs of one run, whole lines only, each line once. */
final class LogFollower {

    /** The logs that azure-ai-ml streams ({@code constants/_job/job.py}). */
    private static final Pattern SHOWN =
            Pattern.compile("user_logs/std_log[\\D]*[0]*(?:_ps)?\\.txt|azureml-logs/\\d\\d.+\\.txt");

    private final RunHistory history;
    private final Progress progress;
    private final String prefix;
    private final Map<String, Tail> tails = new LinkedHashMap<>();
    private boolean shown;

    /**
     * Follows one run.
     *
     * @param prefix in front of each line; empty for a job without steps
     */
    LogFollower(RunHistory history, Progress progress, String prefix) {
        this.history = history;
        this.progress = progress;
        this.prefix = prefix;
    }

    void show(JsonNode details, boolean ended) {
        details.path("logFiles").properties().stream()
                .filter(file -> SHOWN.matcher(file.getKey()).matches())
                .sorted(Map.Entry.comparingByKey())
                .forEach(file -> tails.computeIfAbsent(file.getKey(), name -> new Tail())
                        .read(file.getValue().asText(), ended));
    }

    /** Whether there was a line to show. */
    boolean hasShown() {
        return shown;
    }

    /** One log file. */
    private final class Tail {
        private final ByteArrayOutputStream rest = new ByteArrayOutputStream();
        private long offset;

        void read(String url, boolean ended) {
            byte[] fresh = history.logFrom(url, offset);
            offset += fresh.length;
            for (byte one : fresh) {
                if (one == '\n') {
                    flush();
                } else {
                    rest.write(one);
                }
            }
            if (ended && rest.size() > 0) {
                flush();
            }
        }

        private void flush() {
            shown = true;
            progress.remoteLog(prefix + LogLine.harmless(rest.toString(StandardCharsets.UTF_8)));
            rest.reset();
        }
    }
}
