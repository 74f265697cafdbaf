package io.github.amlmaven.core.model;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.python.ProcessOutput;
import io.github.amlmaven.core.python.ProcessRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which commit a folder stands on.
 *
 * @param commit the full hash
 * @param dirty whether tracked or new files differ from it
 */
record GitState(String commit, boolean dirty) {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Empty outside a repository, or where there is no git. */
    static Optional<GitState> of(Path folder, Progress progress) {
        try {
            ProcessOutput head = git(folder, "rev-parse", "--verify", "HEAD");
            if (head.exitCode() != 0 || head.lines().isEmpty()) {
                return Optional.empty();
            }
            ProcessOutput status = git(folder, "status", "--porcelain", "--", ".");
            return Optional.of(new GitState(
                    head.lines().get(0).strip(),
                    status.exitCode() == 0 && !status.lines().isEmpty()));
        } catch (AmlException noGit) {
            progress.debug("No git commit: " + noGit.getMessage());
            return Optional.empty();
        }
    }

    private static ProcessOutput git(Path folder, String... arguments) {
        List<String> command = new java.util.ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        return new ProcessRun(command)
                .directory(folder)
                .environment("GIT_OPTIONAL_LOCKS", "0")
                .limit(LIMIT)
                .run();
    }
}
