package io.github.amlmaven.core.python;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs one process to its end, both output streams merged, within a limit. The process and its children are ended when
 * the limit is reached or the calling thread is interrupted.
 */
public final class ProcessRun {

    private final List<String> command;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private @Nullable Path directory;
    private Duration limit = Duration.ofMinutes(30);
    private Consumer<String> listener = line -> {};

    public ProcessRun(List<String> command) {
        this.command = List.copyOf(command);
    }

    public ProcessRun directory(Path value) {
        this.directory = value;
        return this;
    }

    public ProcessRun environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    public ProcessRun limit(Duration value) {
        this.limit = value;
        return this;
    }

    /** Hears each line as it is written. */
    public ProcessRun onLine(Consumer<String> value) {
        this.listener = value;
        return this;
    }

    /** Runs the process and waits for its end. */
    public ProcessOutput run() {
        Process process = start();
        List<String> lines = new ArrayList<>();
        Thread reader = new Thread(() -> read(process, lines), "output of " + command.get(0));
        reader.setDaemon(true);
        reader.start();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw AmlException.of(
                                ErrorCode.PROCESS_FAILED,
                                command.get(0) + " did not end within " + limit.toSeconds() + " s")
                        .build();
            }
            // A grandchild may hold the pipe open after the process has ended; its output is not waited for.
            reader.join(5_000);
            synchronized (lines) {
                return new ProcessOutput(process.exitValue(), lines);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AmlException.of(ErrorCode.PROCESS_FAILED, command.get(0) + " was interrupted")
                    .cause(e)
                    .build();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Process start() {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        if (directory != null) {
            builder.directory(directory.toFile());
        }
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return process;
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.PROCESS_FAILED, command.get(0) + " cannot be started: " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    private void read(Process process, List<String> lines) {
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(process.getInputStream(), decoder))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                }
                listener.accept(line);
            }
        } catch (IOException e) {
            // The stream closes under the reader when the process is ended at its limit; what was read stays.
            synchronized (lines) {
                lines.add("(output ended: " + e.getMessage() + ")");
            }
        }
    }
}
