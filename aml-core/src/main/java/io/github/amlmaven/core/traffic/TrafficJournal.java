package io.github.amlmaven.core.traffic;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the traffic was before each change, newest first. It lies on the target itself (an endpoint's tags, a route's
 * annotations), so that any build agent can take a release back: {@code aml.traffic.before.7 = 2026-01-31T12:00:00Z blue=100}.
 *
 * <p>Ten entries are kept; a resource has 50 tags at most, with values of 256 characters (Azure Resource Manager, "tag
 * limitations").
 */
record TrafficJournal(List<Entry> entries) {

    private static final String TAG = TrafficTarget.NOTES + "traffic.before.";
    private static final int KEPT = 10;
    private static final int LONGEST_VALUE = 256;

    /**
     * One change.
     *
     * @param number counts up
     * @param before the traffic that the change replaced
     */
    record Entry(int number, Instant at, TrafficSplit before) {

        @Override
        public String toString() {
            return number + ": " + before + " until " + at;
        }
    }

    TrafficJournal {
        entries = List.copyOf(entries);
    }

    static TrafficJournal of(Map<String, String> notes) {
        List<Entry> entries = new ArrayList<>();
        notes.forEach((name, value) -> {
            if (name.matches("\\Q" + TAG + "\\E\\d{1,9}")) {
                entries.add(read(name, value));
            }
        });
        entries.sort(Comparator.comparingInt(Entry::number).reversed());
        return new TrafficJournal(entries);
    }

    private static Entry read(String tag, String value) {
        String[] halves = value.split(" ", 2);
        try {
            return new Entry(
                    Integer.parseInt(tag.substring(TAG.length())),
                    Instant.parse(halves[0]),
                    TrafficSplit.ofText(halves.length == 2 ? halves[1] : "none"));
        } catch (DateTimeParseException | AmlException e) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "The endpoint's tag " + tag + " is no entry of a release journal: " + value)
                    .cause(e)
                    .remedy("Delete the tag.")
                    .build();
        }
    }

    /** With one more change; the oldest make room. */
    TrafficJournal with(TrafficSplit before, Instant at) {
        List<Entry> more = new ArrayList<>();
        int number = entries.isEmpty() ? 1 : entries.get(0).number() + 1;
        more.add(new Entry(number, at.truncatedTo(ChronoUnit.SECONDS), before));
        more.addAll(entries);
        return new TrafficJournal(more.subList(0, Math.min(KEPT, more.size())));
    }

    /** As it was before a change: that change and all later ones are taken back. */
    TrafficJournal upTo(Entry change) {
        return new TrafficJournal(entries.stream()
                .filter(entry -> entry.number() < change.number())
                .toList());
    }

    /**
     * The change to take back.
     *
     * @param to the deployment that shall lead again, or the number of an entry; without it the newest change
     */
    Optional<Entry> find(Optional<String> to, TrafficSplit now) {
        return entries.stream()
                .filter(entry -> to.map(wanted -> wanted.equals(Integer.toString(entry.number()))
                                || entry.before().first().equalsIgnoreCase(wanted))
                        .orElseGet(() -> !entry.before().equals(now)))
                .findFirst();
    }

    /** The notes with this journal in place of the one that they hold. */
    Map<String, String> in(Map<String, String> notes) {
        Map<String, String> written = new TreeMap<>(notes);
        written.keySet().removeIf(name -> name.startsWith(TAG));
        for (Entry entry : entries) {
            String value = entry.at() + " " + entry.before();
            if (value.length() > LONGEST_VALUE) {
                throw AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID,
                                "Traffic of too many deployments to be kept in a tag: " + entry.before())
                        .remedy("Take the traffic from deployments that are not needed any more.")
                        .build();
            }
            written.put(TAG + entry.number(), value);
        }
        return written;
    }
}
