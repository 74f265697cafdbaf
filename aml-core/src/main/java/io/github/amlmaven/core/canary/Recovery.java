package io.github.amlmaven.core.canary;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.progress.Waiting;
import io.github.amlmaven.core.traffic.OpenRelease;
import io.github.amlmaven.core.traffic.TrafficSplit;
import io.github.amlmaven.core.traffic.TrafficTarget;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Deals with a release that another build has begun and not ended. */
record Recovery(TrafficTarget target, Progress progress, Clock clock, Duration poll) {

    /**
     * What there is to begin with.
     *
     * @param before what to go back to
     * @param now the traffic at this moment
     * @param resumed whether a killed build's release goes on
     * @param putBack the traffic of a killed build that was taken back
     */
    record Recovered(TrafficSplit before, TrafficSplit now, boolean resumed, Optional<TrafficSplit> putBack) {}

    Recovered recover(CanaryRequest request, String candidate) {
        TrafficTarget.State state = target.read();
        Optional<OpenRelease> open = OpenRelease.of(state.notes());
        if (open.isPresent() && !request.takeOver()) {
            state = onceItIsDead(open.get());
            open = OpenRelease.of(state.notes());
        }
        if (open.isEmpty()) {
            return new Recovered(state.split(), state.split(), false, Optional.empty());
        }
        OpenRelease left = open.get();
        String what = "A build that is gone has left the release of " + left.candidate() + " at " + target.name()
                + " half done (traffic " + state.split() + ")";
        if (request.interrupted() == CanaryRequest.Interrupted.RESUME
                && left.candidate().equals(candidate)) {
            progress.warn(what + "; it goes on");
            return new Recovered(left.before(), state.split(), true, Optional.empty());
        }
        left.restore(target);
        progress.warn(what + "; the traffic is " + left.before() + " again");
        return new Recovered(left.before(), left.before(), false, Optional.of(state.split()));
    }

    /** Waits for a sign of life of a build that cannot be asked, at most until the time that it has promised one for. */
    private TrafficTarget.State onceItIsDead(OpenRelease open) {
        switch (open.build()) {
            case DEAD -> {
                return target.read();
            }
            case ALIVE -> throw held(open);
            case UNKNOWN ->
                progress.warn("A build on another machine (" + open.owner() + ") may be releasing "
                        + open.candidate() + " at " + target.name() + "; it is taken for dead at " + open.until()
                        + " when nothing is heard from it. -Daml.canary.takeOver does not wait");
        }
        Duration left = Duration.between(clock.instant(), open.until());
        Waiting waiting =
                new Waiting("the release by " + open.owner(), left.isNegative() ? Duration.ZERO : left, poll, progress);
        while (true) {
            TrafficTarget.State state = target.read();
            Optional<OpenRelease> found = OpenRelease.of(state.notes());
            if (found.isEmpty()) {
                return state;
            }
            if (!found.get().equals(open)) {
                throw held(found.get());
            }
            if (!waiting.pause("no sign of life")) {
                return state;
            }
        }
    }

    private AmlException held(OpenRelease open) {
        return AmlException.of(
                        ErrorCode.RELEASE_HELD,
                        "The build " + open.owner() + " is releasing " + open.candidate() + " at " + target.name()
                                + " now")
                .remedy("Wait for its end, or take the release over with -Daml.canary.takeOver.")
                .build();
    }
}
