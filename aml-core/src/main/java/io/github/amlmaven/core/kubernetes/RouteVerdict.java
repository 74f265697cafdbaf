package io.github.amlmaven.core.kubernetes;

import java.util.Optional;

/**
 * What becomes of a route.
 *
 * @param refusal why it is not served, or not all of it; empty when it is
 * @param lasting whether waiting is of no use, since what the route hangs on is not there
 */
record RouteVerdict(Optional<String> refusal, boolean lasting) {

    static RouteVerdict served() {
        return new RouteVerdict(Optional.empty(), false);
    }

    /** So it is now, and may yet become otherwise by itself. */
    static RouteVerdict refused(String reason) {
        return new RouteVerdict(Optional.of(reason), false);
    }

    /** Nobody will ever serve it as things are. */
    static RouteVerdict unservable(String reason) {
        return new RouteVerdict(Optional.of(reason), true);
    }

    /** Of two gateways neither of which serves it: it is enough that one may do so later. */
    RouteVerdict and(RouteVerdict other) {
        return new RouteVerdict(
                Optional.of(refusal.orElse("") + "; " + other.refusal.orElse("")), lasting && other.lasting);
    }
}
