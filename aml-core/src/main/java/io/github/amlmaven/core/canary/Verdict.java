package io.github.amlmaven.core.canary;

/** What a judge, a step or a whole canary says, from good to bad. */
public enum Verdict {
    PASS,
    /** Too few samples, or no figure: nothing can be said, so nothing goes on. */
    INCONCLUSIVE,
    FAIL;

    static Verdict worst(Verdict one, Verdict other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
