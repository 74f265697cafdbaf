package io.github.amlmaven.emulator.http;

/**
 * Where providers declare what they answer.
 *
 * <p>Template: literal segments (compared without regard to case), {@code {name}} for one segment, {@code {name...}} for
 * one or more segments, in the middle too ({@code /v2/{repository...}/blobs/{digest}}). Where several routes match, the
 * one with more literal segments wins.
 */
public interface Routes {

    /** Declares a route on the main listeners; {@code methods} is one method or several joined by {@code |}. */
    void add(String methods, String template, Handler handler);

    /** Like {@link #add}, only for host names with this suffix ({@code .blob.localhost}); these win over the others. */
    void addForHostSuffix(String hostSuffix, String methods, String template, Handler handler);
}
