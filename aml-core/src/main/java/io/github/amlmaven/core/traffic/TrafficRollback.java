package io.github.amlmaven.core.traffic;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Suggestion;
import io.github.amlmaven.core.progress.Progress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Puts the traffic back as it was, by the journal that lies on the target. What was taken back leaves the journal, so that a
 * second rollback goes one change further back. A release that is under way, or whose build was killed, is what is taken back
 * first.
 */
public final class TrafficRollback {

    private final TrafficTarget target;
    private final Progress progress;

    public TrafficRollback(TrafficTarget target, Progress progress) {
        this.target = target;
        this.progress = progress;
    }

    /**
     * What to go back to.
     *
     * @param to the version that shall lead again, or the number of a journal entry; without it the traffic before the last
     *     change
     */
    public record Request(Optional<String> to, boolean dryRun) {}

    /** Restores the traffic, or finds that it is so already. */
    public TrafficResult rollBack(Request request) {
        TrafficTarget.State now = target.read();
        TrafficSplit back = restored(now, request).split();
        back.check(target.versions());
        if (!request.dryRun()) {
            back = target.update(state -> restored(state, request)).split();
            progress.info("Traffic of " + target.name() + " is " + back + " again (it was " + now.split() + ")");
        }
        return new TrafficResult(target.name(), now.split(), back);
    }

    private TrafficTarget.State restored(TrafficTarget.State now, Request request) {
        Map<String, String> notes = new TreeMap<>(now.notes());
        notes.remove(OpenRelease.NOTE);
        Optional<OpenRelease> open = OpenRelease.of(now.notes())
                .filter(release -> request.to()
                        .map(to -> release.before().first().equalsIgnoreCase(to))
                        .orElse(true));
        if (open.isPresent()) {
            return new TrafficTarget.State(open.get().before(), notes);
        }
        TrafficJournal journal = TrafficJournal.of(now.notes());
        TrafficJournal.Entry change =
                journal.find(request.to(), now.split()).orElseThrow(() -> nothing(request, journal, now));
        return new TrafficTarget.State(change.before(), journal.upTo(change).in(notes));
    }

    private AmlException nothing(Request request, TrafficJournal journal, TrafficTarget.State now) {
        Optional<OpenRelease> open = OpenRelease.of(now.notes());
        if (open.isPresent()) {
            return AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "A release of " + open.get().candidate() + " is under way, and the traffic before it was "
                                    + open.get().before() + ", in which '"
                                    + request.to().orElse("") + "' does not lead")
                    .remedy("Go back to that first: 'mvn aml:rollback' without -Daml.rollback.to.")
                    .build();
        }
        List<String> leaders = journal.entries().stream()
                .map(entry -> entry.before().first())
                .distinct()
                .toList();
        String wanted = request.to()
                .map(to -> to.matches("\\d+")
                        ? " by the number " + to
                        : " in which '" + to + "' leads" + Suggestion.sentence(to, leaders))
                .orElse(" other than the traffic of now");
        String choice = journal.entries().stream()
                .map(entry -> "\n    " + entry)
                .collect(
                        Collectors.joining("", "Name a deployment or a number with -Daml.rollback.to; there are:", ""));
        String direct = request.to()
                .filter(to -> target.versions().contains(to.toLowerCase(Locale.ROOT)))
                .map(to -> to + "=100")
                .orElse("<version>=100");
        return AmlException.of(
                        ErrorCode.CONFIGURATION_INVALID,
                        "The journal of " + target.name() + " has "
                                + (journal.entries().isEmpty() ? "nothing to go back to" : "no entry" + wanted))
                .remedy(
                        journal.entries().isEmpty() || (request.to().isPresent() && !direct.startsWith("<"))
                                ? "Set the traffic instead: mvn aml:traffic -Daml.traffic=" + direct + "."
                                        + (journal.entries().isEmpty() ? "" : " " + choice)
                                : choice)
                .build();
    }
}
