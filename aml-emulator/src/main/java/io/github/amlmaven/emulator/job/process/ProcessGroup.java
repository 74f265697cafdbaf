package io.github.amlmaven.emulator.job.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * A command with all the processes that it starts. Where the host has {@code setsid} the command leads a process group of
 * its own, so that even children whose parent has ended can be reached; elsewhere the tree of descendants is used.
 */
public final class ProcessGroup {

    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(10);
    private static final Optional<Path> SETSID = Programs.find("setsid");

    private final Process process;
    private final boolean leader;

    private ProcessGroup(Process process, boolean leader) {
        this.process = process;
        this.leader = leader;
    }

    /**
     * Starts a command with exactly this environment; standard output and error are appended to {@code log}, standard
     * input is empty.
     *
     * @throws IOException when the program does not exist or cannot be started
     */
    public static ProcessGroup start(List<String> command, Path folder, Map<String, String> environment, Path log)
            throws IOException {
        List<String> line = new ArrayList<>();
        SETSID.ifPresent(setsid -> line.add(setsid.toString()));
        line.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return new ProcessGroup(process, SETSID.isPresent());
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** Of the command; empty while it runs. */
    public Optional<Integer> exitCode() {
        return process.isAlive() ? Optional.empty() : Optional.of(process.exitValue());
    }

    /** When the command's process was started, as the system tells; empty when it does not. */
    public Optional<Instant> startInstant() {
        return process.info().startInstant();
    }

    /** The exit code, when the command itself has ended; processes that it has started may go on. */
    CompletableFuture<Integer> exit() {
        return process.onExit().thenApply(Process::exitValue);
    }

    /** After this no process of the group is left, whether or not the command has ended. */
    void end() {
        if (process.isAlive()) {
            kill();
        } else if (leader) {
            signal(process.pid(), "KILL");
        }
    }

    /** Ends all processes: first politely, after three seconds by force. */
    public void kill() {
        kill(process.toHandle(), leader);
    }

    /**
     * Ends a group that an earlier emulator left behind.
     *
     * @param started when the process with this id was started; another start time means that the id was given anew
     */
    public static void killLeftover(long pid, Instant started) {
        ProcessHandle.of(pid)
                .filter(handle ->
                        handle.info().startInstant().filter(started::equals).isPresent())
                .ifPresent(handle -> kill(handle, SETSID.isPresent()));
    }

    private static void kill(ProcessHandle root, boolean leader) {
        List<ProcessHandle> tree = new ArrayList<>(root.descendants().toList());
        tree.add(root);
        if (leader) {
            signal(root.pid(), "TERM");
        }
        tree.forEach(ProcessHandle::destroy);
        awaitEnd(tree);
        if (leader) {
            signal(root.pid(), "KILL");
        }
        tree.addAll(root.descendants().toList());
        tree.forEach(ProcessHandle::destroyForcibly);
        awaitEnd(tree);
    }

    /** Asks again and again: the JVM tells the end of processes that are not its children only after seconds. */
    private static void awaitEnd(List<ProcessHandle> tree) {
        long deadline = System.nanoTime() + GRACE.toNanos();
        while (tree.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** Java has no signal to a group; every POSIX shell has. A group that is gone is no error. */
    private static void signal(long group, String name) {
        try {
            new ProcessBuilder("sh", "-c", "kill -s " + name + " -- -" + group)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new IllegalStateException("no POSIX shell to end process group " + group, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
