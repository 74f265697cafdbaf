package io.github.amlmaven.core.ranks;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.CommandJobSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Compares what a job's command and code use with what its distribution sets. */
final class FrameworkChecks {

    /** An import of torch, or of what trains with it, that is no comment; {@code import os, torch} is one too. */
    private static final Pattern TORCH = Pattern.compile(
            "^[^#\\n]*\\b(?:(?:import|from)\\s+(?:[\\w.]+(?:\\s+as\\s+\\w+)?\\s*,\\s*)*(?:torch|accelerate|lightning"
                    + "|pytorch_lightning)\\b|init_process_group|DistributedDataParallel|transformers\\b.*\\bTrainer\\b)",
            Pattern.MULTILINE);

    private static final Pattern MPI = Pattern.compile("mpi4py|horovod");
    /** Reads what MPI sets, or has a library that does: then torch meets MPI on purpose. */
    private static final Pattern TRANSLATED = Pattern.compile("OMPI_COMM_WORLD|" + MPI);

    private static final Pattern LAUNCHER =
            Pattern.compile("\\b(torchrun|accelerate\\s+launch|deepspeed|torch\\.distributed\\.(launch|run))\\b");
    private static final long LARGEST = 1 << 20;

    private FrameworkChecks() {}

    static List<String> of(CommandJobSpec job, String kind, int perNode) {
        String text = job.command() + "\n" + code(job);
        boolean torch = TORCH.matcher(text).find();
        boolean launcher = LAUNCHER.matcher(job.command()).find();
        List<String> warnings = new ArrayList<>();
        if (kind.equals("mpi")
                && (torch || launcher)
                && !TRANSLATED.matcher(text).find()) {
            warnings.add("The code uses torch, but the distribution is mpi: MPI sets OMPI_COMM_WORLD_RANK and"
                    + " its like, not RANK, WORLD_SIZE, LOCAL_RANK and MASTER_ADDR. Set distribution.type to pytorch, or"
                    + " translate the variables before torch.distributed.init_process_group.");
        }
        if (kind.equals("pytorch") && MPI.matcher(text).find()) {
            warnings.add(
                    "The code uses MPI, but the distribution is pytorch: no MPI is started. Set distribution.type to"
                            + " mpi.");
        }
        if (launcher && perNode > 1) {
            warnings.add("The command's launcher starts a process for each GPU itself, and AML starts it " + perNode
                    + " times a node. Set process_count_per_instance to 1.");
        }
        return warnings;
    }

    /** The Python of a local code folder; empty for code that is a registered asset. */
    private static String code(CommandJobSpec job) {
        if (!(job.code() instanceof AssetReference.Local local)) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.walk(local.path())) {
            List<Path> scripts = files.filter(file -> file.toString().endsWith(".py"))
                    .filter(Files::isRegularFile)
                    .toList();
            for (Path script : scripts) {
                if (Files.size(script) <= LARGEST) {
                    text.append(new String(Files.readAllBytes(script), StandardCharsets.UTF_8))
                            .append('\n');
                }
            }
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot read the code in " + local.path() + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
        return text.toString();
    }
}
