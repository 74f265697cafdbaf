package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A program of this machine, found by its full path because a container's environment replaces {@code PATH}. */
record HostTool(Path path) {

    private static final String SYSTEM_FOLDERS = ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    static Optional<HostTool> find(String name) {
        for (String folder :
                ((System.getenv("PATH") == null ? "" : System.getenv("PATH")) + SYSTEM_FOLDERS).split(":", -1)) {
            Path candidate = Path.of(folder.isEmpty() ? "/" : folder, name);
            if (folder.startsWith("/") && Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
                return Optional.of(new HostTool(candidate));
            }
        }
        return Optional.empty();
    }

    /** What a finished call said. */
    record Result(int exitCode, String output) {
        boolean ok() {
            return exitCode == 0;
        }
    }

    /** Runs the tool to its end, output and error together; a call over the limit is ended and counts as failed. */
    Result run(Duration limit, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(path.toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("aml-tool", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            int code = -1;
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                code = process.exitValue();
            } else {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            return new Result(code, Files.readString(output, StandardCharsets.ISO_8859_1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + path, e);
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
