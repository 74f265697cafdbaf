package io.github.amlmaven.core.pipeline;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a batch scoring job has written, on this machine.
 *
 * @param folder where all of it is
 * @param file the file with one row a prediction; empty when the script writes its own files
 * @param rows how many it has
 */
public record Predictions(Path folder, Optional<Path> file, OptionalLong rows) {

    /** As many as a message has room for. */
    private static final int SHOWN = 3;

    /** @param name of the file with the rows; it may lie below the folder, as the service writes it */
    static Predictions in(Path folder, Optional<String> name) {
        Optional<Path> file = name.map(wanted -> find(folder, wanted));
        return new Predictions(
                folder, file, file.map(rows -> OptionalLong.of(count(rows))).orElse(OptionalLong.empty()));
    }

    private static Path find(Path folder, String name) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> String.valueOf(file.getFileName()).equals(name))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .findFirst()
                    .orElseThrow(() -> AmlException.of(
                                    ErrorCode.JOB_OUTPUT_EMPTY,
                                    "The job has written no row: there is no " + name + " in " + folder)
                            .remedy("Let run() of the scoring script return one element for each file that it scores.")
                            .build());
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    private static long count(Path file) {
        long[] count = {0};
        eachRow(file, row -> count[0]++);
        return count[0];
    }

    /** Byte for byte, so that rows in any encoding can be told apart. */
    private static void eachRow(Path file, Consumer<String> taker) {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            lines.filter(line -> !line.isBlank()).forEachOrdered(taker);
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(file, e);
        }
    }

    /** The rows of a file of one's own, as {@link #requireRows} compares them. */
    public static List<String> rowsOf(Path file) {
        if (!Files.isRegularFile(file)) {
            throw AmlException.of(ErrorCode.FILE_MISSING, "There is no file with the expected rows: " + file)
                    .remedy("Name a file with one row a line: <expectFile>, -Daml.score.expectFile.")
                    .build();
        }
        List<String> rows = new ArrayList<>();
        eachRow(file, rows::add);
        return List.copyOf(rows);
    }

    /** The rows of a text, as {@link #requireRows} compares them. */
    public static List<String> rowsOf(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    /**
     * Compares the rows with those that must be there. Their order does not count: mini-batches are scored side by side.
     *
     * @throws AmlException {@link ErrorCode#SCORING_UNEXPECTED} with what is missing and what is too much
     */
    void requireRows(List<String> expected) {
        Path rows = file.orElseThrow(() -> AmlException.of(
                        ErrorCode.CONFIGURATION_INVALID,
                        "Expected rows cannot be compared: the deployment's output_action is summary_only, so there are none")
                .remedy("Leave <expect> and <expectFile> out, or set output_action to append_row.")
                .build());
        Map<String, Integer> missing = new LinkedHashMap<>();
        expected.forEach(row -> missing.merge(row, 1, Integer::sum));
        List<String> surplus = new ArrayList<>();
        long[] more = {0};
        eachRow(rows, row -> {
            Integer left = missing.get(row);
            if (left == null) {
                more[0]++;
                if (surplus.size() < SHOWN) {
                    surplus.add(row);
                }
            } else if (left == 1) {
                missing.remove(row);
            } else {
                missing.put(row, left - 1);
            }
        });
        long less = missing.values().stream().mapToInt(Integer::intValue).sum();
        if (less == 0 && more[0] == 0) {
            return;
        }
        throw AmlException.of(
                        ErrorCode.SCORING_UNEXPECTED,
                        Stream.of(
                                        told(less, "expected and missing", missing.keySet().stream()),
                                        told(more[0], "there and not expected", surplus.stream()))
                                .filter(part -> !part.isEmpty())
                                .collect(Collectors.joining("; ")))
                .remedy("The rows are in " + rows
                        + ". Mend the model, or what <expect> (-Daml.score.expect) or <expectFile>"
                        + " (-Daml.score.expectFile) say; the order of rows does not count.")
                .build();
    }

    private static String told(long count, String what, Stream<String> examples) {
        return count == 0
                ? ""
                : count + (count == 1 ? " row is " : " rows are ") + what + ": "
                        + examples.limit(SHOWN)
                                .map(row ->
                                        new String(row.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                                .collect(Collectors.joining(" | "))
                        + (count > SHOWN ? " | ..." : "");
    }

    private static AmlException unreadable(Path file, Exception cause) {
        return AmlException.of(ErrorCode.LOCAL_IO, "Cannot read " + file + ": " + cause.getMessage())
                .cause(cause)
                .build();
    }
}
