package io.github.amlmaven.plugin.local;

import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.progress.Progress;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The emulator's classes as the JVM has parsed and linked them, kept from one process for the next
 * (https://openjdk.org/jeps/350): it starts in about half the time. HotSpot writes the archive when the first process ends
 * and leaves alone one that does not fit, also one that is half written: its header comes last.
 */
final class ClassArchive {

    /** An archive has some 20 MB; each plugin's version and each JDK has one of its own. */
    private static final int KEPT = 3;

    private static final String SUFFIX = ".jsa";

    private ClassArchive() {}

    /**
     * The JVM's options to read the archive, or to write it when there is none yet. None where the virtual machine has no
     * such archives.
     *
     * @param folder of all archives, made when needed
     * @param classPath of the process
     * @param write whether a process may write it, which makes its end some seconds longer
     */
    static List<String> options(Path folder, String classPath, boolean write, Progress progress) {
        List<Path> jars =
                Stream.of(classPath.split(File.pathSeparator)).map(Path::of).toList();
        if (!isHotSpot() || !jars.stream().allMatch(Files::isRegularFile)) {
            return List.of();
        }
        try {
            Path archive = folder.resolve(key(jars) + SUFFIX);
            if (Files.exists(archive)) {
                return quietly("-XX:SharedArchiveFile=" + archive);
            }
            if (!write) {
                return List.of();
            }
            Files.createDirectories(folder);
            removeOld(folder);
            return quietly("-XX:ArchiveClassesAtExit=" + archive);
        } catch (IOException e) {
            progress.debug("The emulator starts without an archive of its classes: " + e);
            return List.of();
        }
    }

    private static boolean isHotSpot() {
        return !System.getProperty("java.vm.name", "").contains("OpenJ9");
    }

    private static List<String> quietly(String option) {
        return List.of(option, "-Xlog:cds=off", "-Xlog:cds+dynamic=off", "-Xlog:class+path=off");
    }

    private static String key(List<Path> jars) throws IOException {
        Sha256 key =
                new Sha256().add(System.getProperty("java.vm.version", "")).add(System.getProperty("java.home", ""));
        for (Path jar : jars) {
            key.add(jar.toString()).add(Files.getLastModifiedTime(jar) + " " + Files.size(jar));
        }
        return key.hex();
    }

    private static void removeOld(Path folder) throws IOException {
        List<Path> archives;
        try (Stream<Path> found = Files.list(folder)) {
            archives = found.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted(Comparator.comparing(ClassArchive::time).reversed())
                    .toList();
        }
        for (Path old : archives.subList(Math.min(KEPT - 1, archives.size()), archives.size())) {
            Files.deleteIfExists(old);
        }
    }

    private static FileTime time(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }
}
