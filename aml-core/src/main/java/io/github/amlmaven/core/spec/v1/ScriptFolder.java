package io.github.amlmaven.core.spec.v1;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The Python of a folder of code, looked at for what it expects of its surroundings. */
final class ScriptFolder {

    private static final Pattern TORCH =
            Pattern.compile("torch\\.distributed|init_process_group|DistributedDataParallel|from accelerate import");
    private static final Pattern MPI = Pattern.compile("mpi4py|horovod");
    private static final Pattern TRANSLATED = Pattern.compile("OMPI_COMM_WORLD");
    private static final int LARGEST = 1 << 20;

    private final String text;

    /**
     * Reads a folder.
     *
     * @param folder null, or not there, for code that is not at hand: nothing is known of it then
     */
    ScriptFolder(@Nullable Path folder) {
        this.text = folder != null && Files.isDirectory(folder) ? read(folder) : "";
    }

    boolean usesTorchDistributed() {
        return TORCH.matcher(text).find();
    }

    /** Whether it speaks MPI itself, so that it needs a run under MPI. */
    boolean usesMpi() {
        return MPI.matcher(text).find();
    }

    /** Whether it takes its rank from what Open MPI sets. */
    boolean readsOpenMpi() {
        return TRANSLATED.matcher(text).find();
    }

    /** Whether a word is in it; code that is not at hand may have it. */
    boolean mayMention(String word) {
        return text.isEmpty() || text.contains(word);
    }

    private static String read(Path folder) {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> scripts = files.filter(file -> file.toString().endsWith(".py"))
                    .filter(Files::isRegularFile)
                    .toList();
            for (Path script : scripts) {
                if (Files.size(script) <= LARGEST) {
                    all.append(new String(Files.readAllBytes(script), StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot read the code in " + folder + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
        return all.toString();
    }
}
