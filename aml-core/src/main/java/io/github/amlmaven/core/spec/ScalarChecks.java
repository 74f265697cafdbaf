package io.github.amlmaven.core.spec;

import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.error.Suggestion;
import io.github.amlmaven.core.spec.schema.SchemaType;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks scalars that stand for something else: names, files, assets, other specs. One for each file. */
final class ScalarChecks implements SchemaReading.ScalarCheck {

    private static final String LATEST = "latest";
    private static final Pattern AZUREML = Pattern.compile("azureml://(\\w+)/");
    private static final Set<String> COLLECTIONS = Set.of("datastores", "subscriptions", "registries", "locations");

    private final Path directory;
    private final Path project;
    private final Predicate<Path> mustExist;
    private final boolean checksFiles;
    private final BiFunction<Path, List<String>, Optional<String>> specs;

    /**
     * Checks for one file.
     *
     * @param document the file
     * @param mustExist whether a path that is referenced must exist
     * @param checksFiles whether files are looked at
     * @param specs reads another spec that must be of one of some kinds; answers what is wrong with the reference
     */
    ScalarChecks(
            SpecDocument document,
            Predicate<Path> mustExist,
            boolean checksFiles,
            BiFunction<Path, List<String>, Optional<String>> specs) {
        this.directory = document.directory();
        this.project = document.projectDirectory();
        this.mustExist = mustExist;
        this.checksFiles = checksFiles;
        this.specs = specs;
    }

    @Override
    public void check(SpecNode.Scalar scalar, SchemaType.Text type, List<Problem> problems) {
        String text = scalar.text();
        if (text.contains("${{") && !isFixed(type)) {
            if (!closed(text)) {
                add(problems, ErrorCode.SPEC_BAD_BINDING, scalar, "'${{' is not closed with '}}'");
            }
            return;
        }
        if (checksFiles && (type.role() == SchemaType.Role.ASSET || type.role() == SchemaType.Role.PATH)) {
            label(scalar, problems);
            uri(scalar, problems);
        }
        switch (type.role()) {
            case NAME ->
                NameRule.of(type.argument())
                        .violation(text)
                        // The service's rules; the official client itself knows those of endpoints only.
                        .filter(why -> checksFiles || type.argument().equals("endpoint"))
                        .ifPresent(why -> add(problems, ErrorCode.SPEC_BAD_NAME, scalar, "'" + text + "' " + why));
            case CODE -> {
                if (text.contains("${{")) {
                    add(problems, ErrorCode.SPEC_BAD_BINDING, scalar, "code cannot be bound to a value");
                } else if (AssetReference.remote(text)
                        .filter(ScalarChecks::isNoCode)
                        .isPresent()) {
                    add(problems, ErrorCode.SPEC_BAD_REFERENCE, scalar, "'" + text + "' names no code");
                } else if (AssetReference.remote(text).isEmpty()) {
                    local(scalar, text, problems);
                }
            }
            case PATH -> {
                if (type.argument().equals("content")
                        && AssetReference.remote(text)
                                .filter(ScalarChecks::isAsset)
                                .isPresent()) {
                    add(
                            problems,
                            ErrorCode.SPEC_BAD_REFERENCE,
                            scalar,
                            "'" + text + "' is an asset itself; name a file, a folder or a URI");
                } else if (AssetReference.remote(text).isEmpty()) {
                    local(scalar, text, problems);
                }
            }
            case FILE -> local(scalar, text, problems);
            case ASSET -> asset(scalar, type, problems);
            case SPEC -> spec(scalar, Arrays.asList(type.argument().split(" ", -1)), problems);
            case BINDING ->
                add(
                        problems,
                        ErrorCode.SPEC_WRONG_TYPE,
                        scalar,
                        "expected " + type.describe() + " but found " + scalar.describe());
            case STRING, LITERAL, PRINTED, COMPUTE -> {
                // any text will do
            }
        }
    }

    /** What the service must know before anything runs, so that nothing can be bound to it. */
    private static boolean isFixed(SchemaType.Text type) {
        return type.role() == SchemaType.Role.CODE
                || (type.role() == SchemaType.Role.NAME && type.argument().equals("endpoint"));
    }

    private void asset(SpecNode.Scalar scalar, SchemaType.Text type, List<Problem> problems) {
        List<String> arguments = Arrays.asList(type.argument().split(" ", -1));
        Optional<AssetReference> reference = AssetReference.remote(scalar.text());
        if (reference.isPresent()) {
            if (reference.get() instanceof AssetReference.Named named
                    && (named.name().isBlank() || "".equals(named.version()))) {
                add(
                        problems,
                        ErrorCode.SPEC_BAD_REFERENCE,
                        scalar,
                        "'" + scalar.text() + "' lacks a name or a version");
            } else if (isElsewhere(reference.get()) || isOther(reference.get(), arguments.get(0))) {
                add(
                        problems,
                        ErrorCode.SPEC_BAD_REFERENCE,
                        scalar,
                        "'" + scalar.text() + "' names no asset of a workspace or a registry");
            }
        } else if (arguments.size() > 1 && isNameOnly(scalar.text())) {
            add(
                    problems,
                    ErrorCode.FILE_MISSING,
                    scalar,
                    "'" + scalar.text() + "' does not exist as a file; of the workspace's " + arguments.get(0)
                            + " write azureml:" + scalar.text() + "@latest or azureml:" + scalar.text() + ":<version>");
        } else if (arguments.size() > 1) {
            spec(scalar, arguments.subList(1, arguments.size()), problems);
        } else {
            add(
                    problems,
                    ErrorCode.SPEC_BAD_REFERENCE,
                    scalar,
                    "'" + scalar.text() + "' names no asset; write azureml:" + name(scalar.text())
                            + ":<version>, azureml:" + name(scalar.text()) + "@latest or a registry URI");
        }
    }

    /** {@code azureml://datastore/...}: the client sends any URI. */
    private static void uri(SpecNode.Scalar scalar, List<Problem> problems) {
        Matcher uri = AZUREML.matcher(scalar.text());
        if (uri.lookingAt() && !COLLECTIONS.contains(uri.group(1))) {
            String suggestion = Suggestion.sentence(uri.group(1), COLLECTIONS);
            if (!suggestion.isEmpty()) {
                add(
                        problems,
                        ErrorCode.SPEC_BAD_REFERENCE,
                        scalar,
                        "'" + scalar.text() + "' leads nowhere: '" + uri.group(1) + "' is no collection" + suggestion);
            }
        }
    }

    /** A slip of the pen in {@code @latest}; owners of assets have labels of their own, as curated environments have. */
    private static void label(SpecNode.Scalar scalar, List<Problem> problems) {
        if (AssetReference.remote(scalar.text()).orElse(null) instanceof AssetReference.Named named
                && named.label() != null
                && !LATEST.equals(named.label())
                && Suggestion.nearest(named.label(), List.of(LATEST)).isPresent()) {
            add(
                    problems,
                    ErrorCode.SPEC_BAD_REFERENCE,
                    scalar,
                    "'" + scalar.text() + "' has the label '" + named.label() + "'. Did you mean '@" + LATEST + "'?");
        }
    }

    private static boolean isAsset(AssetReference reference) {
        return reference instanceof AssetReference.Named || reference instanceof AssetReference.ArmId;
    }

    /** {@code azureml:} before another URI. */
    private static boolean isMixed(AssetReference reference) {
        return reference instanceof AssetReference.Named && reference.toString().contains("/");
    }

    /** The full id of something else, such as a model where an environment must be. */
    private static boolean isOther(AssetReference reference, String collection) {
        String id = reference.toString();
        boolean full = reference instanceof AssetReference.ArmId
                || (reference instanceof AssetReference.Uri && !id.startsWith("azureml://registries/"));
        return full
                && List.of("environments", "components").contains(collection)
                && !id.contains("/" + collection + "/");
    }

    private static boolean isNoCode(AssetReference reference) {
        return isMixed(reference)
                || (reference instanceof AssetReference.Uri uri
                        && !uri.uri().matches("(?:https?|azureml://registries|git\\+).*"));
    }

    private static boolean isElsewhere(AssetReference reference) {
        return isMixed(reference)
                || (reference instanceof AssetReference.Uri uri && !uri.uri().startsWith("azureml://"));
    }

    /** What looks like an asset's name, where a file of that name is not. */
    private boolean isNameOnly(String text) {
        Path path = directory.resolve(text.replaceAll("[^\\w.-]", "_"));
        return text.matches("[A-Za-z0-9_-]+") && mustExist.test(path) && !Files.exists(path);
    }

    private static String name(String text) {
        return text.matches("[A-Za-z0-9_.-]+") ? text : "<name>";
    }

    private void spec(SpecNode.Scalar scalar, List<String> kinds, List<Problem> problems) {
        Path path = local(scalar, scalar.text(), problems);
        if (path != null && (mustExist.test(path) || !checksFiles) && Files.isRegularFile(path)) {
            specs.apply(path, kinds)
                    .ifPresent(why ->
                            add(problems, ErrorCode.SPEC_BAD_REFERENCE, scalar, "'" + scalar.text() + "' " + why));
        }
    }

    /** The absolute path; null when something is wrong with it. */
    private @org.jspecify.annotations.Nullable Path local(SpecNode.Scalar scalar, String text, List<Problem> problems) {
        String name = text.startsWith("file:") ? text.substring("file:".length()) : text;
        Path path;
        try {
            path = directory.resolve(name.replace('\\', '/')).normalize();
        } catch (java.nio.file.InvalidPathException e) {
            add(problems, ErrorCode.SPEC_BAD_VALUE, scalar, scalar.describe() + " is not a path: " + e.getReason());
            return null;
        }
        if (name.matches("[A-Za-z]:[\\\\/].*") || (checksFiles && !path.startsWith(project))) {
            add(problems, ErrorCode.FILE_OUTSIDE_PROJECT, scalar, "'" + name + "' leads outside the project");
            return null;
        }
        if (!mustExist.test(path)) {
            return path;
        }
        if (!Files.exists(path)) {
            add(
                    problems,
                    ErrorCode.FILE_MISSING,
                    scalar,
                    "'" + name + "' does not exist (" + path + ")" + similar(path));
            return null;
        }
        try {
            if (!path.toRealPath().startsWith(project.toRealPath())) {
                add(
                        problems,
                        ErrorCode.FILE_OUTSIDE_PROJECT,
                        scalar,
                        "'" + name + "' is a link that leads outside the project");
                return null;
            }
        } catch (IOException e) {
            add(problems, ErrorCode.LOCAL_IO, scalar, "'" + name + "' cannot be read: " + e.getMessage());
            return null;
        }
        return path;
    }

    private static String similar(Path missing) {
        Path parent = missing.getParent();
        Path name = missing.getFileName();
        if (parent == null || name == null || !Files.isDirectory(parent)) {
            return "";
        }
        try (var siblings = Files.list(parent)) {
            List<String> names =
                    siblings.map(path -> String.valueOf(path.getFileName())).toList();
            return Suggestion.sentence(name.toString(), names);
        } catch (IOException e) {
            return " (" + parent + " cannot be listed: " + e.getMessage() + ")";
        }
    }

    private static boolean closed(String text) {
        for (int open = text.indexOf("${{"); open >= 0; open = text.indexOf("${{", open + 3)) {
            int close = text.indexOf("}}", open);
            int next = text.indexOf("${{", open + 3);
            if (close < 0 || (next >= 0 && next < close)) {
                return false;
            }
        }
        return true;
    }

    private static void add(List<Problem> problems, ErrorCode code, SpecNode.Scalar scalar, String message) {
        problems.add(new Problem(code, scalar.location(), message));
    }
}
