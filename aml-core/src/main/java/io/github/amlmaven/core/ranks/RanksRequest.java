package io.github.amlmaven.core.ranks;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which processes to describe. What is given here wins over what the job's file says.
 *
 * @param file the job's YAML, a command; absent to describe one that has no file
 * @param projectDirectory what paths must not leave
 * @param distribution {@code pytorch}, {@code mpi} or {@code tensorflow}
 * @param vmSize such as {@code Standard_NC24s_v3}
 * @param nodes how many machines
 * @param processesPerNode how many processes on each
 */
public record RanksRequest(
        Optional<Path> file,
        Path projectDirectory,
        Optional<String> distribution,
        Optional<String> vmSize,
        Optional<Integer> nodes,
        Optional<Integer> processesPerNode) {}
