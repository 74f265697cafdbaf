package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * All processes of one container: the descendants of the one that was started, those of its session (which are left when
 * a parent in between has died), and those that carry the container's id in their environment.
 */
final class ProcessSession {

    /** The environment variable by which a container's processes are recognised, after a crash too. */
    static final String MARK = "AML_EMULATOR_CONTAINER";

    private static final Path PROC = Path.of("/proc");
    private static final int SESSION_FIELD = 3;
    private static final long POLL_NANOS = Duration.ofMillis(20).toNanos();

    private final long leader;
    private final String mark;

    ProcessSession(long leader, String containerId) {
        this.leader = leader;
        this.mark = MARK + "=" + containerId;
    }

    /** Asks all to end, waits, then kills; returns when none is left or the limit for killing is over. */
    void end(Duration grace) {
        members(leader).forEach(ProcessHandle::destroy);
        if (!await(grace, () -> members(leader).isEmpty())) {
            kill();
        }
    }

    void kill() {
        await(Duration.ofSeconds(5), () -> {
            Set<ProcessHandle> members = members(leader);
            members.forEach(ProcessHandle::destroyForcibly);
            return members.isEmpty();
        });
    }

    /** Kills only what carries the mark: for after a restart, when the leader's number may belong to another process. */
    void killMarked() {
        await(Duration.ofSeconds(5), () -> {
            Set<ProcessHandle> members = members(-1);
            members.forEach(ProcessHandle::destroyForcibly);
            return members.isEmpty();
        });
    }

    private Set<ProcessHandle> members(long session) {
        Set<ProcessHandle> members = new LinkedHashSet<>();
        if (session > 0) {
            ProcessHandle.of(session).ifPresent(handle -> {
                members.add(handle);
                handle.descendants().forEach(members::add);
            });
        }
        if (Files.isDirectory(PROC)) {
            fromProc(session, members);
        }
        members.removeIf(handle -> !handle.isAlive() || isZombie(handle.pid()));
        return members;
    }

    private void fromProc(long session, Set<ProcessHandle> members) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if ((session > 0 && stat(process, SESSION_FIELD).equals(Long.toString(session))) || marked(process)) {
                    ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                            .ifPresent(members::add);
                }
            }
        } catch (IOException e) {
            System.getLogger(ProcessSession.class.getName())
                    .log(System.Logger.Level.WARNING, "cannot read /proc: " + e);
        }
    }

    private boolean marked(Path process) {
        Optional<String> environment = read(process.resolve("environ"));
        return environment.isPresent() && ("\0" + environment.get()).contains("\0" + mark + "\0");
    }

    private static boolean isZombie(long pid) {
        return stat(PROC.resolve(Long.toString(pid)), 0).equals("Z");
    }

    /** A field of /proc/PID/stat after the name: 0 is the state, 3 the session. */
    private static String stat(Path process, int field) {
        String stat = read(process.resolve("stat")).orElse("");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        return fields.length > field ? fields[field] : "";
    }

    /** Processes end while they are looked at, and others' may not be read: both mean it is not one of ours. */
    private static Optional<String> read(Path file) {
        try {
            return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean await(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }
}
