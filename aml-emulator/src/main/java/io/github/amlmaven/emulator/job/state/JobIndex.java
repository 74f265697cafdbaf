package io.github.amlmaven.emulator.job.state;

import io.github.amlmaven.emulator.arm.ResourceId;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * Which jobs there are, by the order of their making, so that a page of a list reads the documents on it and no others. It
 * may still name a job that was deleted together with its workspace.
 */
final class JobIndex {

    /** Jobs that nothing else has made, or all that one job has. */
    private record Family(String workspace, String parent) {}

    /** One of them. */
    record Entry(long sequence, ResourceId id) {}

    private final Map<Family, ConcurrentNavigableMap<Long, ResourceId>> families = new ConcurrentHashMap<>();

    void add(Job job) {
        families.computeIfAbsent(
                        family(job.workspace(), job.parent()),
                        family -> new ConcurrentSkipListMap<>(
                                Comparator.<Long>naturalOrder().reversed()))
                .put(job.sequence(), job.id());
    }

    void remove(Job job) {
        ConcurrentNavigableMap<Long, ResourceId> jobs = families.get(family(job.workspace(), job.parent()));
        if (jobs != null) {
            jobs.remove(job.sequence());
        }
    }

    /**
     * Newest first.
     *
     * @param parent the pipeline or sweep that made them; empty for those that nothing has made
     * @param before the sequence that theirs must be below
     */
    Stream<Entry> newest(ResourceId workspace, String parent, long before) {
        ConcurrentNavigableMap<Long, ResourceId> jobs = families.get(family(workspace, parent));
        return jobs == null
                ? Stream.empty()
                : jobs.tailMap(before, false).entrySet().stream()
                        .map(entry -> new Entry(entry.getKey(), entry.getValue()));
    }

    private static Family family(ResourceId workspace, String parent) {
        return new Family(workspace.key(), parent);
    }
}
