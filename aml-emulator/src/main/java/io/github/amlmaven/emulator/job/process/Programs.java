package io.github.amlmaven.emulator.job.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds programs on the host's PATH. */
public final class Programs {

    private static final Pattern SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));
    private static final boolean WINDOWS =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

    private Programs() {}

    public static boolean windows() {
        return WINDOWS;
    }

    /** The first executable of this name; {@code .exe} is added on Windows. */
    public static Optional<Path> find(String name) {
        return all(name).findFirst();
    }

    /** All executables of this name in the order of the PATH, also those that the first one hides. */
    public static Stream<Path> all(String name) {
        String file = WINDOWS ? name + ".exe" : name;
        String path = System.getenv("PATH");
        return path == null
                ? Stream.empty()
                : SEPARATOR
                        .splitAsStream(path)
                        .filter(folder -> !folder.isEmpty())
                        .map(folder -> Path.of(folder, file))
                        .filter(candidate -> Files.isRegularFile(candidate) && Files.isExecutable(candidate));
    }
}
