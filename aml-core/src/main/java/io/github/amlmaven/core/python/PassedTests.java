package io.github.amlmaven.core.python;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.content.Boundary;
import io.github.amlmaven.core.content.ContentDigest;
import io.github.amlmaven.core.content.ContentFiles;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tells whether tests would be the same as when they passed last: a hash of the files in the project's {@code src}, the
 * folders of tests and of sources, the sources and settings beside the POM, and of interpreter, packages and arguments. Kept in the goal's
 * result file.
 */
public final class PassedTests {

    private static final String DIGEST = "digest";

    /** Beside the POM lie logs of builds, too. */
    private static final Pattern SETTINGS = Pattern.compile(".+\\.(py|toml|ini|cfg|txt|ya?ml|json|xml)");

    private PassedTests() {}

    /**
     * The hash of all that the tests are known to depend on.
     *
     * @param index spares reading files that have not changed
     */
    public static String fingerprint(PythonTests.Request request, StampIndex index) {
        Sha256 sha256 = new Sha256();
        sha256.add(request.interpreter().executable() + "\n"
                + request.interpreter().version() + "\n" + request.requirements() + "\n" + request.sitePackages() + "\n"
                + request.arguments() + "\n");
        for (Path root : roots(request)) {
            ContentFiles files = ContentFiles.listed(root, Boundary.none()).withoutLeftovers();
            sha256.add(root + "\n" + digest(files, index) + "\n");
        }
        return sha256.hex();
    }

    /**
     * What the last run gave, when it passed with this fingerprint and its report is still there.
     *
     * @param resultFile of the goal; its outputs have {@code fingerprint}, {@code tests} and {@code skipped}
     */
    public static Optional<PythonTests.Result> unchanged(Path resultFile, String fingerprint, Path report) {
        if (!Files.isRegularFile(resultFile) || !Files.isRegularFile(report)) {
            return Optional.empty();
        }
        JsonNode last;
        try {
            last = new ObjectMapper().readTree(resultFile.toFile()).path("outputs");
        } catch (IOException unreadable) {
            return Optional.empty();
        }
        return fingerprint.equals(last.path("fingerprint").asText())
                ? Optional.of(new PythonTests.Result(
                        last.path("tests").asInt(), 0, 0, last.path("skipped").asInt()))
                : Optional.empty();
    }

    private static Set<Path> roots(PythonTests.Request request) {
        Set<Path> roots = new LinkedHashSet<>();
        roots.add(request.workingDirectory().resolve("src"));
        for (Path folder : List.of(request.testDirectory(), request.sourceDirectory())) {
            if (roots.stream().noneMatch(folder::startsWith)) {
                roots.add(folder);
            }
        }
        try (Stream<Path> beside = Files.list(request.workingDirectory())) {
            beside.filter(file -> SETTINGS.matcher(file.toString()).matches())
                    .filter(Files::isRegularFile)
                    .sorted()
                    .forEach(roots::add);
        } catch (IOException e) {
            throw unreadable(request.workingDirectory(), e);
        }
        return roots;
    }

    private static String digest(ContentFiles files, StampIndex index) {
        List<Path> paths = files.files().stream().map(ContentFiles.Entry::path).toList();
        try {
            return index.values("digest of content", paths, () -> Map.of(DIGEST, ContentDigest.of(files)))
                    .getOrDefault(DIGEST, "");
        } catch (IOException e) {
            throw unreadable(files.root(), e);
        }
    }

    private static AmlException unreadable(Path path, IOException cause) {
        return AmlException.of(ErrorCode.LOCAL_IO, path + " cannot be read: " + cause.getMessage())
                .cause(cause)
                .build();
    }
}
