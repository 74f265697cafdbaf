package io.github.amlmaven.core.traffic;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.plan.Comparison;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.Progress;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Splits requests among versions, and notes on the target how they were split before. */
public final class TrafficChange {

    private final TrafficTarget target;
    private final Progress progress;
    private final Clock clock;

    public TrafficChange(TrafficTarget target, Progress progress, Clock clock) {
        this.target = target;
        this.progress = progress;
        this.clock = clock;
    }

    /** Changes the traffic, or finds that it is so already; a split that cannot be is refused before anything is sent. */
    public TrafficResult change(TrafficRequest request) {
        TrafficTarget.State state = target.read();
        TrafficSplit before = state.split();
        TrafficSplit after = wanted(request.live(), request.mirror(), before);
        after.check(target.versions());
        if (!after.mirror().isEmpty() && !target.mirrors()) {
            throw TrafficSplit.notMirrored(target.name());
        }
        boolean same = after.equals(before) && OpenRelease.of(state.notes()).isEmpty();
        if (request.dryRun()) {
            progress.planned(planned(target.id(), true, before, after));
        } else if (!same) {
            to(after);
        }
        return new TrafficResult(target.name(), before, after);
    }

    /**
     * The traffic as a resource of its own: it moves while its target stays.
     *
     * @param exists whether the target is there already
     */
    public static PlannedChange planned(String target, boolean exists, TrafficSplit before, TrafficSplit after) {
        return Comparison.of(
                target + "/traffic",
                exists ? Optional.of(shares(before)) : Optional.empty(),
                shares(after),
                !exists ? Action.CREATE : after.equals(before) ? Action.KEEP : Action.UPDATE);
    }

    private static ObjectNode shares(TrafficSplit split) {
        ObjectNode shares = JsonNodeFactory.instance.objectNode();
        split.live().forEach(shares.putObject("traffic")::put);
        split.mirror().forEach(shares.putObject("mirrorTraffic")::put);
        return shares;
    }

    /** A mirror that was not asked for gives way to live traffic: a version has only one of the two. */
    public static TrafficSplit wanted(
            Optional<Map<String, Integer>> live, Optional<Map<String, Integer>> mirror, TrafficSplit before) {
        Map<String, Integer> shares = new TrafficSplit(live.orElse(before.live()), Map.of()).live();
        Map<String, Integer> kept = new TreeMap<>(before.mirror());
        kept.keySet().removeAll(shares.keySet());
        return new TrafficSplit(shares, mirror.orElse(kept));
    }

    /**
     * Writes a split that has been checked; the first one replaces nothing that anybody would go back to. A release that is
     * under way ends with it, since somebody has taken the traffic into their own hands; its journal entry is the traffic
     * before it.
     */
    public void to(TrafficSplit after) {
        target.update(state -> {
            Optional<OpenRelease> open = OpenRelease.of(state.notes());
            TrafficSplit before = open.map(OpenRelease::before).orElse(state.split());
            open.ifPresent(release -> progress.warn("The release of " + release.candidate() + " at " + target.name()
                    + " was under way; it ends with this change"));
            progress.info("Traffic of " + target.name() + " is to be " + after + " (it was " + state.split() + ")");
            return new TrafficTarget.State(after, replaced(state.notes(), before, after, clock));
        });
    }

    /** The notes after a change: without an open release, with what to go back to. */
    static Map<String, String> replaced(
            Map<String, String> notes, TrafficSplit before, TrafficSplit after, Clock clock) {
        Map<String, String> left = new TreeMap<>(notes);
        left.remove(OpenRelease.NOTE);
        return before.live().isEmpty() || before.equals(after)
                ? left
                : TrafficJournal.of(left).with(before, clock.instant()).in(left);
    }
}
