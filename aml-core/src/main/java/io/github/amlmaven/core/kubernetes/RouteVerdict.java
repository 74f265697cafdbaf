package io.github.amlmaven.core.kubernetes;

import java.util.Optional;

/**
 * What a gateway says of a route.
 *
 * @param refusal why it does not serve it, or not all of it; empty when it does
 */
record RouteVerdict(Optional<String> refusal) {}
