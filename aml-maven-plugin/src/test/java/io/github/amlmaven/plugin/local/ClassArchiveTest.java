package io.github.amlmaven.plugin.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.progress.Progress;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {

    @TempDir
    private Path folder;

    /** What the started JVM runs. */
    static final class Program {
        public static void main(String[] arguments) {
            System.out.println("it runs");
        }
    }

    @Test
    void theFirstProcessLeavesWhatTheSecondReads() throws Exception {
        String jar = jar("program.jar");
        String first = run(options(jar, true), jar);
        assertThat(first).contains("it runs").doesNotContain("shared objects file (top)");
        assertThat(archives()).hasSize(1);

        List<String> options = options(jar, false);
        assertThat(options.get(0))
                .isEqualTo("-XX:SharedArchiveFile=" + archives().get(0));
        assertThat(run(options, jar))
                .contains("it runs")
                .contains(Program.class.getName() + " source: shared objects file (top)");
    }

    @Test
    void oneThatIsBrokenIsLeftAlone() throws Exception {
        String jar = jar("program.jar");
        run(options(jar, true), jar);
        Files.write(archives().get(0), new byte[1 << 16]);
        assertThat(run(options(jar, true), jar)).contains("it runs").doesNotContain("warning");
    }

    @Test
    void anotherJarHasAnother() throws Exception {
        assertThat(options(jar("a.jar"), true)).isNotEqualTo(options(jar("b.jar"), true));
    }

    @Test
    void nothingIsWrittenWhereItIsNotWanted() throws Exception {
        assertThat(options(jar("program.jar"), false)).isEmpty();
        assertThat(folder.resolve("archives")).doesNotExist();
    }

    @Test
    void foldersOfClassesHaveNone() throws Exception {
        assertThat(options(jar("program.jar") + File.pathSeparator + folder, true))
                .isEmpty();
    }

    @Test
    void theOldestGo() throws Exception {
        Path archives = Files.createDirectories(folder.resolve("archives"));
        for (int age = 0; age < 5; age++) {
            Path old = Files.createFile(archives.resolve(age + ".jsa"));
            Files.setLastModifiedTime(old, FileTime.fromMillis(1_000_000L - age));
        }
        options(jar("program.jar"), true);
        assertThat(archives())
                .extracting(file -> file.getFileName().toString())
                .containsExactlyInAnyOrder("0.jsa", "1.jsa");
    }

    private List<String> options(String classPath, boolean write) {
        return ClassArchive.options(folder.resolve("archives"), classPath, write, Progress.NONE);
    }

    private List<Path> archives() throws IOException {
        try (Stream<Path> found = Files.list(folder.resolve("archives"))) {
            return found.toList();
        }
    }

    private String jar(String name) throws IOException {
        Path jar = folder.resolve(name);
        String entry = Program.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                InputStream program = Program.class.getClassLoader().getResourceAsStream(entry)) {
            out.putNextEntry(new JarEntry(entry));
            program.transferTo(out);
        }
        return jar.toString();
    }

    private static String run(List<String> options, String classPath) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-Xlog:class+load", "-cp", classPath, Program.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
