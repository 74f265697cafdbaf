package io.github.amlmaven.core.testing;

import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.Progress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what was shown. */
public final class ProgressLog implements Progress {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<PlannedChange> planned = new CopyOnWriteArrayList<>();
    private final List<String> remote = new CopyOnWriteArrayList<>();

    @Override
    public void info(String sentence) {
        lines.add(sentence);
    }

    @Override
    public void warn(String sentence) {
        lines.add(sentence);
    }

    @Override
    public void debug(String sentence) {
        lines.add(sentence);
    }

    @Override
    public void remoteLog(String line) {
        remote.add(line);
    }

    @Override
    public void planned(PlannedChange change) {
        planned.add(change);
    }

    @Override
    public void waiting(String what, String state, Duration elapsed, Duration limit) {
        lines.add(what + " is " + state);
    }

    /** What would be done, in the order in which it was told. */
    public List<PlannedChange> planned() {
        return List.copyOf(planned);
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }

    public List<String> remote() {
        return List.copyOf(remote);
    }
}
