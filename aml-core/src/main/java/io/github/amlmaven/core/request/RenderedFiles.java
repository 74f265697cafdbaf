package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of many YAML files.
 *
 * @param requests how many became a request
 * @param others how many are no specs, such as conda files
 * @param problems why the rest is refused
 */
public record RenderedFiles(int requests, int others, List<Problem> problems) {

    private static final ObjectWriter JSON = new ObjectMapper()
            .configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true)
            .writerWithDefaultPrettyPrinter();

    /**
     * Renders files and writes each as {@code <folder>/<file>.json}, as {@link RenderedJson#of} describes it.
     *
     * @param files YAML files; one that is not below the root is written by its plain name
     * @param root what local paths are shown relative to
     * @param folder is made when it is missing
     * @throws AmlException {@code AML-9001} when a file cannot be written
     */
    public static RenderedFiles write(List<Path> files, Path root, Path folder, SpecReader reader) {
        RequestRendering rendering = new RequestRendering(reader);
        Path base = root.toAbsolutePath().normalize();
        List<Problem> problems = new ArrayList<>();
        int requests = 0;
        int others = 0;
        for (Path file : files) {
            Rendering rendered = rendering.render(file, base);
            if (rendered instanceof Rendering.Refused refused) {
                problems.addAll(refused.problems());
            } else if (rendered instanceof Rendering.Requests) {
                requests++;
            } else {
                others++;
            }
            Path absolute = file.toAbsolutePath().normalize();
            Path shown = absolute.startsWith(base) ? base.relativize(absolute) : absolute.getFileName();
            write(rendered, folder.resolve(shown + ".json"));
        }
        return new RenderedFiles(requests, others, problems.stream().distinct().toList());
    }

    private static void write(Rendering rendered, Path file) {
        try {
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(file, JSON.writeValueAsString(RenderedJson.of(rendered)) + "\n");
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "Cannot write " + file)
                    .cause(e)
                    .build();
        }
    }
}
