package io.github.amlmaven.core.spec.yaml;

import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.error.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads YAML files of a project into nodes that know their place. Bad input never throws: it becomes problems, all
 * that can be found in one pass.
 *
 * <p>Limits: {@value #MAX_BYTES} bytes, {@value NodeBuilder#MAX_DEPTH} levels, {@value NodeBuilder#MAX_ALIASES}
 * aliases. No tag is ever instantiated.
 */
public final class SpecReader {

    static final int MAX_BYTES = 3 * 1024 * 1024;

    private final Interpolation interpolation;
    /** By absolute file. */
    private final Map<Path, SpecDocument> known;

    /**
     * A reader that fills in values.
     *
     * @param interpolation gets one expression such as {@code ${project.version}} and answers its value, or the
     *     expression itself when it has none
     */
    public SpecReader(UnaryOperator<String> interpolation) {
        this(new Interpolation(interpolation), Map.of());
    }

    private SpecReader(Interpolation interpolation, Map<Path, SpecDocument> known) {
        this.interpolation = interpolation;
        this.known = known;
    }

    /** A reader without any value: every {@code ${x}} outside a shell command is a problem. */
    public SpecReader() {
        this(UnaryOperator.identity());
    }

    /** The same reader that does not parse again what was read for the same project before. */
    public SpecReader knowing(Collection<SpecDocument> documents) {
        if (documents.stream().allMatch(document -> document.equals(known.get(document.file())))) {
            return this;
        }
        Map<Path, SpecDocument> all = new HashMap<>(known);
        documents.forEach(document -> all.put(document.file(), document));
        return new SpecReader(interpolation, Map.copyOf(all));
    }

    /**
     * Reads one file.
     *
     * @param file the YAML file
     * @param projectDirectory what messages name the file relative to, and what its paths must not leave
     */
    public SpecDocument read(Path file, Path projectDirectory) {
        SpecDocument before = known.get(file.toAbsolutePath().normalize());
        return before != null
                        && before.projectDirectory()
                                .equals(projectDirectory.toAbsolutePath().normalize())
                ? before
                : read(file, projectDirectory, interpolation);
    }

    /** Reads a file whose text is sent on and that other tools read too: nothing is filled in. */
    public SpecDocument readVerbatim(Path file, Path projectDirectory) {
        return read(file, projectDirectory, null);
    }

    private static SpecDocument read(Path file, Path projectDirectory, @Nullable Interpolation interpolation) {
        Path project = projectDirectory.toAbsolutePath().normalize();
        Path absolute = file.toAbsolutePath().normalize();
        Path shown = absolute.startsWith(project) ? project.relativize(absolute) : absolute;
        Location start = new Location(shown, 1, 1);
        byte[] bytes;
        try {
            long size = Files.size(absolute);
            if (size > MAX_BYTES) {
                return broken(
                        absolute,
                        project,
                        new Problem(
                                ErrorCode.YAML_LIMIT,
                                start,
                                "the file has " + size + " bytes; the limit is " + MAX_BYTES));
            }
            bytes = Files.readAllBytes(absolute);
        } catch (IOException e) {
            String why = Files.exists(absolute) ? "the file cannot be read: " + e.getMessage() : "no such file";
            return broken(absolute, project, new Problem(ErrorCode.FILE_MISSING, start, why));
        }
        CharBuffer text = CharBuffer.allocate(bytes.length + 1);
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer input = ByteBuffer.wrap(bytes);
        CoderResult decoded = decoder.decode(input, text, true);
        text.flip();
        if (decoded.isError()) {
            return broken(absolute, project, notUtf8(bytes, input.position(), text, shown));
        }
        NodeBuilder builder = new NodeBuilder(shown, interpolation);
        SpecNode root = builder.build(withoutByteOrderMark(text.toString()));
        return new SpecDocument(absolute, project, root, builder.problems());
    }

    private static SpecDocument broken(Path file, Path project, Problem problem) {
        return new SpecDocument(file, project, null, List.of(problem));
    }

    private static String withoutByteOrderMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static Problem notUtf8(byte[] bytes, int offset, CharBuffer before, Path shown) {
        boolean utf16 = bytes.length >= 2
                && ((bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE)
                        || (bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF));
        String good = before.toString();
        int lineStart = good.lastIndexOf('\n') + 1;
        int line = 1 + (int) good.chars().filter(c -> c == '\n').count();
        Location where = new Location(shown, line, good.length() - lineStart + 1);
        String message = utf16
                ? "the file is UTF-16; save it as UTF-8"
                : "byte 0x%02X at offset %d is not UTF-8; save the file as UTF-8".formatted(bytes[offset], offset);
        return new Problem(ErrorCode.YAML_ENCODING, where, message);
    }
}
