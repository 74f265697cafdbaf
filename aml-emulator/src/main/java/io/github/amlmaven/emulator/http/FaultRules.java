package io.github.amlmaven.emulator.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The fault rules in force and how often each has struck. The first that matches decides. The emulator's own interface
 * ({@code /_emulator}, {@code /studio}) is never hit, so that a rule can always be taken away.
 */
public final class FaultRules {

    private static final Pattern OWN = Pattern.compile("^/(_emulator|studio)(/|$)");

    /**
     * A rule and what it has done.
     *
     * @param matched requests that it applied to, those let through first included
     * @param fired requests that it hit
     */
    public record State(FaultRule rule, int matched, int fired) {
        private State seen(boolean hit) {
            return new State(rule, matched + 1, fired + (hit ? 1 : 0));
        }
    }

    private final List<State> rules = new ArrayList<>();
    private int made;

    /** Adds a rule behind the others, or in the place of one with the same name; its name comes back. */
    public synchronized String add(FaultRule rule) {
        String name = rule.name().isEmpty() ? "fault-" + ++made : rule.name();
        State fresh = new State(
                new FaultRule(
                        name,
                        rule.method(),
                        rule.path(),
                        rule.operation(),
                        rule.client(),
                        rule.skip(),
                        rule.count(),
                        rule.effect()),
                0,
                0);
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).rule().name().equals(name)) {
                rules.set(i, fresh);
                return name;
            }
        }
        rules.add(fresh);
        return name;
    }

    /** Says whether there was such a rule. */
    public synchronized boolean remove(String name) {
        return rules.removeIf(state -> state.rule().name().equals(name));
    }

    public synchronized void clear() {
        rules.clear();
    }

    public synchronized List<State> states() {
        return List.copyOf(rules);
    }

    /** The rule that strikes this request, counted. */
    synchronized Optional<FaultRule> strike(String method, String path, String operation, String userAgent) {
        if (rules.isEmpty() || OWN.matcher(path).find()) {
            return Optional.empty();
        }
        for (int i = 0; i < rules.size(); i++) {
            State state = rules.get(i);
            FaultRule rule = state.rule();
            if (rule.matches(method, path, operation, userAgent)) {
                boolean hit = state.matched() >= rule.skip() && (rule.count() == 0 || state.fired() < rule.count());
                rules.set(i, state.seen(hit));
                if (hit) {
                    return Optional.of(rule);
                }
            }
        }
        return Optional.empty();
    }
}
