package io.github.amlmaven.core.image;

import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.python.ProcessOutput;
import io.github.amlmaven.core.python.ProcessRun;
import io.github.amlmaven.core.python.PythonInterpreter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A base made of this machine's own Python (Linux): interpreter, standard library, and the shared libraries they load.
 * It stands in where no image registry can be reached, and it runs where the kernel and the processor are like here.
 *
 * @param interpreter the interpreter inside
 * @param files path in the image to file on this machine, sorted by path
 */
record HostPython(PythonInterpreter interpreter, Map<String, Path> files) {

    /** Says in an image that it only runs on the machine that built it. */
    static final String LABEL = "io.github.amlmaven.host-only";

    private static final String PREFIX = "/usr/local";
    private static final String LIBRARIES = PREFIX + "/lib";
    private static final String CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";
    private static final String LIBRARY_CACHE = "/etc/ld.so.cache";
    private static final Pattern LDD_LINE = Pattern.compile("^\\s*(?:(\\S+) => )?(/\\S+) \\(0x[0-9a-f]+\\)$");
    private static final Set<String> LEFT_OUT = Set.of(
            "test",
            "tests",
            "idle_test",
            "__pycache__",
            "site-packages",
            "dist-packages",
            "idlelib",
            "turtledemo",
            "tkinter",
            "ensurepip");

    /** Libraries that manylinux wheels may expect of any system (PEP 599 and later), plus what name look-up loads. */
    private static final List<String> EXPECTED = List.of(
            "libc.so.6",
            "libm.so.6",
            "libdl.so.2",
            "librt.so.1",
            "libpthread.so.0",
            "libutil.so.1",
            "libresolv.so.2",
            "libnss_files.so.2",
            "libnss_dns.so.2",
            "libgcc_s.so.1",
            "libstdc++.so.6",
            "libgomp.so.1",
            "libz.so.1",
            "libexpat.so.1");

    HostPython {
        files = Map.copyOf(files);
    }

    /** @param index remembers what the interpreter and the dynamic loader said, as long as none of their files changes */
    static HostPython of(PythonInterpreter interpreter, StampIndex index) {
        Map<String, Path> files = new TreeMap<>();
        Path executable = real(interpreter.executable());
        files.put(PREFIX + "/bin/python3", executable);
        Path library = standardLibrary(interpreter, index);
        List<Path> loaded = new ArrayList<>(List.of(executable));
        for (Path file : modules(library)) {
            String name = library.relativize(file).toString();
            files.put(PREFIX + "/lib/python" + interpreter.minorVersion() + "/" + name, file);
            if (name.endsWith(".so")) {
                loaded.add(file);
            }
        }
        Map<String, Path> libraries = sharedLibraries(loaded, index);
        libraries.putAll(sharedLibraries(expected(libraries), index));
        files.putAll(libraries);
        Path certificates = Path.of(CERTIFICATES);
        if (Files.isReadable(certificates)) {
            files.put(CERTIFICATES, real(certificates));
        }
        return new HostPython(interpreter, files);
    }

    /** What the image's environment needs to find all this. */
    Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>();
        environment.put("PATH", PREFIX + "/bin:/usr/bin:/bin");
        environment.put("LD_LIBRARY_PATH", LIBRARIES);
        environment.put("PYTHON_VERSION", interpreter.version());
        if (files.containsKey(CERTIFICATES)) {
            environment.put("SSL_CERT_FILE", CERTIFICATES);
        }
        return environment;
    }

    /** Tells one assembly from another: every file's place, size and time. */
    String digest() {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(files).forEach((target, file) -> {
            try {
                text.append(target)
                        .append(' ')
                        .append(Files.size(file))
                        .append(' ')
                        .append(Files.getLastModifiedTime(file));
                text.append('\n');
            } catch (IOException e) {
                throw unreadable(file, e);
            }
        });
        return Sha256.of(text.toString()).substring(0, 12);
    }

    private static Path standardLibrary(PythonInterpreter interpreter, StampIndex index) {
        String program = "import sysconfig; print(sysconfig.get_path('stdlib'))";
        String what = program + "\n" + System.getenv("PYTHONHOME");
        try {
            Map<String, String> values = index.values(what, interpreter.files(), () -> {
                ProcessOutput output = interpreter.run(List.of("-c", program)).run();
                return Map.of(
                        "path", output.tail(1).isEmpty() ? "" : output.tail(1).get(0));
            });
            return real(Path.of(values.getOrDefault("path", "")));
        } catch (IOException e) {
            throw unreadable(interpreter.executable(), e);
        }
    }

    private static List<Path> modules(Path library) {
        List<Path> found = new ArrayList<>();
        collect(library, found);
        return found;
    }

    private static void collect(Path folder, List<Path> found) {
        try (Stream<Path> children = Files.list(folder)) {
            for (Path child : children.sorted().toList()) {
                String name = child.getFileName().toString();
                if (Files.isDirectory(child)) {
                    // 'config-3.x' holds the static library and Makefile for building extension modules.
                    if (!LEFT_OUT.contains(name) && !name.startsWith("config-")) {
                        collect(child, found);
                    }
                } else if (Files.isRegularFile(child) && !name.contains("_test") && !name.endsWith(".a")) {
                    found.add(child);
                }
            }
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    /** Everything that the dynamic loader maps for the given files, at its place in the image. */
    private static Map<String, Path> sharedLibraries(List<Path> loaded, StampIndex index) {
        String what = "ldd " + System.getenv("LD_LIBRARY_PATH") + "\n"
                + loaded.stream().map(Path::toString).collect(Collectors.joining("\n"));
        Map<String, Path> libraries = new TreeMap<>();
        try {
            index.discovered(what, () -> searched(loaded))
                    .forEach((target, file) -> libraries.put(target, Path.of(file)));
        } catch (IOException e) {
            throw unreadable(loaded.get(0), e);
        }
        return libraries;
    }

    private static StampIndex.Found searched(List<Path> loaded) {
        Set<Path> files = new TreeSet<>(loaded);
        Map<String, String> libraries = new TreeMap<>();
        loader(loaded, files).forEach((target, file) -> libraries.put(target, file.toString()));
        // A library that is put in front of another one changes the folder that it is put into.
        Stream.concat(
                        Stream.of(LIBRARY_CACHE),
                        Stream.of(Optional.ofNullable(System.getenv("LD_LIBRARY_PATH"))
                                .orElse("")
                                .split(":", -1)))
                .map(Path::of)
                .filter(Files::exists)
                .forEach(files::add);
        List.copyOf(files).forEach(file -> Optional.ofNullable(file.getParent()).ifPresent(files::add));
        return new StampIndex.Found(libraries, libraries.isEmpty() ? List.of() : List.copyOf(files));
    }

    private static Map<String, Path> loader(List<Path> loaded, Set<Path> found) {
        List<String> command = new ArrayList<>(List.of("ldd"));
        loaded.forEach(file -> command.add(file.toString()));
        ProcessOutput output =
                new ProcessRun(command).environment("LC_ALL", "C").run();
        Map<String, Path> libraries = new TreeMap<>();
        for (String line : output.lines()) {
            Matcher matcher = LDD_LINE.matcher(line);
            if (matcher.matches()) {
                Path file = Path.of(matcher.group(2));
                String name = matcher.group(1);
                found.add(file);
                // Only the loader stands without a name: programs hold its path, so it has to stay where it is.
                boolean keepsPlace = name == null || name.startsWith("/") || isInSystemFolder(file);
                libraries.put(keepsPlace ? file.toString() : LIBRARIES + "/" + name, real(file));
            }
        }
        loaded.stream()
                .filter(file -> isInSystemFolder(file))
                .filter(file -> file.getFileName().toString().startsWith("lib"))
                .forEach(file -> libraries.put(file.toString(), real(file)));
        return libraries;
    }

    private static boolean isInSystemFolder(Path file) {
        Path folder = Objects.requireNonNull(file.getParent(), "a library is in a folder");
        return folder.startsWith("/lib") || folder.startsWith("/lib64") || isBelowUsr(folder);
    }

    private static boolean isBelowUsr(Path folder) {
        return (folder.startsWith("/usr/lib") || folder.startsWith("/usr/lib64")) && folder.getNameCount() <= 3;
    }

    private static List<Path> expected(Map<String, Path> libraries) {
        Set<Path> folders = new TreeSet<>();
        Optional<Path> libc = libraries.keySet().stream()
                .filter(name -> name.endsWith("/libc.so.6"))
                .map(Path::of)
                .findFirst();
        libc.ifPresent(file -> folders.add(file.getParent()));
        libc.ifPresent(file -> folders.add(Path.of("/usr").resolve(Path.of("/").relativize(file.getParent()))));
        List<Path> found = new ArrayList<>();
        for (String name : EXPECTED) {
            folders.stream()
                    .map(folder -> folder.resolve(name))
                    .filter(Files::isReadable)
                    .findFirst()
                    .ifPresent(found::add);
        }
        return found;
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static AmlException unreadable(Path file, IOException cause) {
        return AmlException.of(ErrorCode.IMAGE_BUILD_FAILED, "This machine's Python cannot be copied: " + file)
                .cause(cause)
                .build();
    }
}
