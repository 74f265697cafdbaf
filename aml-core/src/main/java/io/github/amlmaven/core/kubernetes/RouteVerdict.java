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

    /** A gateway has said so, and may yet say something else. */
    static RouteVerdict refused(String reason) {
        return new RouteVerdict(Optional.of(reason), false);
    }

    /** Nobody will ever serve it as things are. */
    static RouteVerdict unservable(String reason) {
        return new RouteVerdict(Optional.of(reason), true);
    }
}
