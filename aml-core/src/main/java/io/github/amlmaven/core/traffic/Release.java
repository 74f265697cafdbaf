package io.github.amlmaven.core.traffic;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * A release step by step. Each write checks that the release is still its own: who finds the traffic in other hands writes
 * nothing more. Thread-safe, so that a build that is being stopped can put the traffic back beside the thread that it stops.
 */
public final class Release {

    private final TrafficTarget target;
    private final Clock clock;
    private OpenRelease open;
    private TrafficSplit written;
    private boolean begun;
    private boolean over;
    private boolean lost;

    /**
     * @param before the traffic to go back to
     * @param now the traffic as it was last seen; another one than {@code before} when a release is taken up again
     */
    public Release(TrafficTarget target, String candidate, TrafficSplit before, TrafficSplit now, Clock clock) {
        this.target = target;
        this.clock = clock;
        this.open = new OpenRelease(clock.instant(), OpenRelease.thisBuild(), candidate, before);
        this.written = now;
    }

    public TrafficSplit before() {
        return open.before();
    }

    /** The traffic as this release has last set it, or, before its first step, as it was found. */
    public synchronized TrafficSplit traffic() {
        return written;
    }

    /**
     * Gives the next step's traffic.
     *
     * @param alive for how long others shall take this build for alive without hearing from it
     * @throws AmlException {@link ErrorCode#RELEASE_LOST} when others have changed the traffic or taken the release over
     */
    public synchronized void step(TrafficSplit split, Duration alive) {
        if (over) {
            throw lost("The release has ended already");
        }
        open = open.prolonged(clock.instant().plus(alive));
        boolean first = !begun;
        // What may have been sent must be taken back, so this is noted before it is known to have arrived.
        begun = true;
        target.update(state -> {
            Map<String, String> notes = new TreeMap<>(state.notes());
            if (!first) {
                checkOwn(state);
            } else if (!state.split().equals(written)) {
                begun = false;
                throw lost("Traffic was changed to " + state.split() + " just now");
            }
            notes.put(OpenRelease.NOTE, open.text());
            return new TrafficTarget.State(split, notes);
        });
        written = split;
    }

    /** Others' traffic stays; without the note nobody takes it back as this release's. */
    private void leave() {
        target.update(state -> {
            Map<String, String> notes = new TreeMap<>(state.notes());
            OpenRelease.of(state.notes()).filter(this::isOwn).ifPresent(own -> notes.remove(OpenRelease.NOTE));
            return new TrafficTarget.State(state.split(), notes);
        });
    }

    private boolean isOwn(OpenRelease found) {
        return found.owner().equals(open.owner()) && found.candidate().equals(open.candidate());
    }

    private void checkOwn(TrafficTarget.State state) {
        boolean own = OpenRelease.of(state.notes()).filter(this::isOwn).isPresent();
        if (!own || !state.split().equals(written)) {
            over = true;
            lost = true;
            throw lost(
                    own
                            ? "Traffic was changed to " + state.split() + " by somebody else"
                            : "Somebody else has ended or taken over the release");
        }
    }

    /** The traffic stays as it is now; the journal gets what it was before. */
    public synchronized void complete() {
        if (over) {
            throw lost("The release has ended already");
        }
        target.update(state -> {
            checkOwn(state);
            return new TrafficTarget.State(
                    state.split(), TrafficChange.replaced(state.notes(), open.before(), state.split(), clock));
        });
        over = true;
    }

    /**
     * Puts the traffic back as it was before; nothing when the release has not begun, is over, or is in others' hands.
     *
     * @return whether it is back now because of this release
     */
    public synchronized boolean restore() {
        if (lost) {
            leave();
        }
        if (over || !begun) {
            over = true;
            return false;
        }
        boolean[] restored = {false};
        target.update(state -> {
            if (OpenRelease.of(state.notes()).filter(this::isOwn).isEmpty()) {
                return state;
            }
            Map<String, String> notes = new TreeMap<>(state.notes());
            notes.remove(OpenRelease.NOTE);
            restored[0] = true;
            return new TrafficTarget.State(open.before(), notes);
        });
        over = true;
        if (restored[0]) {
            written = open.before();
        }
        return restored[0];
    }

    private AmlException lost(String why) {
        return AmlException.of(
                        ErrorCode.RELEASE_LOST, "Release of " + open.candidate() + " at " + target.name() + ": " + why)
                .build();
    }
}
