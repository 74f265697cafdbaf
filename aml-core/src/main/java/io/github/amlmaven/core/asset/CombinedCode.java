package io.github.amlmaven.core.asset;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.AssetReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A code folder with what {@code additional_includes} puts beside its content, as the official client puts it together
 * ({@code entities/_component/_additional_includes.py}): in a folder that lives until it is uploaded.
 */
final class CombinedCode implements AutoCloseable {

    private final Path folder;

    private CombinedCode(Path folder) {
        this.folder = folder;
    }

    static CombinedCode of(@Nullable AssetReference code, List<Path> includes) {
        if (code != null && !(code instanceof AssetReference.Local)) {
            throw AmlException.of(
                            ErrorCode.SPEC_BAD_VALUE,
                            "'additional_includes' needs a local 'code' folder but it is " + code)
                    .build();
        }
        try {
            CombinedCode combined = new CombinedCode(Files.createTempDirectory("aml-code"));
            if (code instanceof AssetReference.Local local) {
                try (Stream<Path> children = Files.list(local.path())) {
                    for (Path child : children.sorted().toList()) {
                        combined.add(child);
                    }
                }
            }
            for (Path include : includes) {
                combined.add(include);
            }
            return combined;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    Path folder() {
        return folder;
    }

    private void add(Path source) throws IOException {
        Path target = folder.resolve(String.valueOf(source.getFileName()));
        if (Files.exists(target)) {
            throw AmlException.of(
                            ErrorCode.SPEC_BAD_VALUE,
                            "'additional_includes' brings " + source.getFileName() + " a second time")
                    .build();
        }
        try (Stream<Path> tree = Files.walk(source)) {
            for (Path path : tree.toList()) {
                Files.copy(path, target.resolve(source.relativize(path).toString()));
            }
        }
    }

    @Override
    public void close() {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static AmlException failed(IOException e) {
        return AmlException.of(ErrorCode.LOCAL_IO, "The code folder cannot be put together: " + e.getMessage())
                .cause(e)
                .build();
    }
}
