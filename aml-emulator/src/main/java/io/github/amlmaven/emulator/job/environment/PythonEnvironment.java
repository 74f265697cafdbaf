package io.github.amlmaven.emulator.job.environment;

import java.util.List;

/**
 * What an environment asks for.
 *
 * @param python conda's version text for Python ({@code =3.10}, {@code >=3.9}), empty when none is asked for
 * @param requirements lines of a pip requirements file, in order
 */
public record PythonEnvironment(String python, List<String> requirements) {

    /** Any Python, no packages. */
    public static final PythonEnvironment PLAIN = new PythonEnvironment("", List.of());

    public PythonEnvironment {
        requirements = List.copyOf(requirements);
    }
}
