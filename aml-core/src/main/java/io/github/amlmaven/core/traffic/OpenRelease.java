package io.github.amlmaven.core.traffic;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A release that is under way, as it is noted on the target: {@code aml.release.open = 2026-01-31T12:00:00Z host/4711/1769860000
 * green blue=100}. While the note is there, whoever comes next can put the traffic back, also when the build is gone.
 *
 * @param until when the build that runs it must have noted something newer, if it is alive
 * @param owner the build: host, process, and when that was started
 * @param candidate the version that is to take over
 * @param before the traffic to go back to
 */
public record OpenRelease(Instant until, String owner, String candidate, TrafficSplit before) {

    public OpenRelease {
        until = until.truncatedTo(ChronoUnit.SECONDS);
    }

    static final String NOTE = TrafficTarget.NOTES + "release.open";

    /** The release that is under way at a target. */
    public static Optional<OpenRelease> of(Map<String, String> notes) {
        return Optional.ofNullable(notes.get(NOTE)).map(OpenRelease::read);
    }

    private static OpenRelease read(String note) {
        String[] parts = note.split(" ", 4);
        try {
            if (parts.length == 4) {
                return new OpenRelease(Instant.parse(parts[0]), parts[1], parts[2], TrafficSplit.ofText(parts[3]));
            }
        } catch (DateTimeParseException | AmlException e) {
            throw unreadable(note, e);
        }
        throw unreadable(note, null);
    }

    private static AmlException unreadable(String note, @org.jspecify.annotations.Nullable Throwable cause) {
        return AmlException.of(ErrorCode.CONFIGURATION_INVALID, "The note " + NOTE + " is no open release: " + note)
                .cause(cause)
                .remedy("Set the traffic with 'mvn aml:traffic' and delete the note.")
                .build();
    }

    String text() {
        return until + " " + owner + " " + candidate + " " + before;
    }

    OpenRelease prolonged(Instant time) {
        return new OpenRelease(time, owner, candidate, before);
    }

    /** This build. */
    static String thisBuild() {
        return host() + "/" + ProcessHandle.current().pid() + "/" + started(ProcessHandle.current());
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "");
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }

    private static long started(ProcessHandle process) {
        return process.info().startInstant().map(Instant::getEpochSecond).orElse(0L);
    }

    /** What can be said about the build that runs a release. */
    public enum Build {
        ALIVE,
        DEAD,
        /** It is one of another machine. */
        UNKNOWN
    }

    /** Whether the build that runs this release is still there. */
    public Build build() {
        String[] build = owner.split("/", -1);
        if (build.length != 3 || !build[0].equals(host()) || !build[1].matches("\\d{1,18}")) {
            return Build.UNKNOWN;
        }
        return ProcessHandle.of(Long.parseLong(build[1]))
                        .filter(ProcessHandle::isAlive)
                        .filter(process -> Long.toString(started(process)).equals(build[2]))
                        .isPresent()
                ? Build.ALIVE
                : Build.DEAD;
    }

    /** Puts the traffic back as it was before this release, if it is still this one that is noted. */
    public void restore(TrafficTarget target) {
        target.update(state -> {
            if (of(state.notes()).filter(this::equals).isEmpty()) {
                throw AmlException.of(
                                ErrorCode.RELEASE_HELD,
                                "The release of " + candidate + " at " + target.name() + " has just gone on or ended")
                        .build();
            }
            Map<String, String> notes = new TreeMap<>(state.notes());
            notes.remove(NOTE);
            return new TrafficTarget.State(before, notes);
        });
    }
}
