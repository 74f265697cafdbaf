package io.github.amlmaven.core.spec;

import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.error.Suggestion;
import io.github.amlmaven.core.spec.schema.Kind;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks that need more than one value of a file: expressions, sums, files inside a code folder, pipelines. */
final class MeaningChecks {

    private static final Pattern EXPRESSION =
            Pattern.compile("\\$\\{\\{\\s*(inputs|outputs)\\.([\\w-]+)[\\w.-]*\\s*}}");
    /** What the official client takes for optional: {@code [--x ${{inputs.x}}]}. */
    private static final Pattern SCRIPT = Pattern.compile("\\s*python3?\\s+([\\w./-]+\\.py)(?:\\s.*)?", Pattern.DOTALL);

    private final SpecProject project;
    private final SpecDocument document;
    private final List<Problem> problems;
    private final List<Problem> warnings;
    private boolean component;
    private SpecNode.@Nullable Mapping top;

    MeaningChecks(SpecProject project, SpecDocument document, List<Problem> problems, List<Problem> warnings) {
        this.project = project;
        this.document = document;
        this.problems = problems;
        this.warnings = warnings;
    }

    void check(Kind kind, SpecNode.Mapping root) {
        if (kind.name().startsWith("v1-")) {
            V1Conversions.check(kind, document, project, problems, warnings);
            return;
        }
        if (kind.name().equals("kubernetes-online-deployment") && root.get("type") == null && !problems.isEmpty()) {
            problems.add(new Problem(
                    ErrorCode.SPEC_MISSING_KEY,
                    root.location(),
                    "without 'type: kubernetes' this is a managed deployment, whatever '$schema' says"));
        }
        component = kind.name().endsWith("-component");
        top = root;
        walk(root);
        if (project.checksFiles()) {
            new BindingSpelling(
                            problems,
                            root.get("search_space") instanceof SpecNode.Mapping space
                                    ? space.entries().keySet()
                                    : Set.of())
                    .check(root);
            new SingleBraces(problems).check(kind, root);
            new ValueRanges(kind, problems, warnings).check(root);
        }
        if (kind.name().equals("sweep-job")
                && root.get("trial") instanceof SpecNode.Mapping trial
                && trial.get("command") instanceof SpecNode.Scalar command) {
            expressions(command, root);
        }
        if (kind.name().startsWith("pipeline-") && root.get("jobs") instanceof SpecNode.Mapping) {
            new PipelineChecks(project, document, problems).check(root);
        }
    }

    private void walk(SpecNode.Mapping mapping) {
        if (mapping.get("command") instanceof SpecNode.Scalar command) {
            expressions(command, mapping);
            script(command.text(), command, mapping.text("code"));
        }
        if (mapping.get("code_configuration") instanceof SpecNode.Mapping configuration
                && configuration.get("scoring_script") instanceof SpecNode.Scalar script) {
            inCode(script.text(), script, configuration.text("code"));
        }
        if (mapping.get("task") instanceof SpecNode.Mapping task
                && task.get("entry_script") instanceof SpecNode.Scalar script) {
            inCode(script.text(), script, task.text("code"));
        }
        if (mapping.get("entry") instanceof SpecNode.Mapping entry
                && entry.get("file") instanceof SpecNode.Scalar script) {
            inCode(script.text(), script, mapping.text("code"));
        }
        if (mapping.get("distribution") instanceof SpecNode.Mapping distribution) {
            distribution(
                    distribution, mapping.get("resources") instanceof SpecNode.Mapping resources ? resources : null);
        }
        if (mapping.get("traffic") instanceof SpecNode.Mapping traffic) {
            share(traffic, 100, "traffic");
        }
        if (mapping.get("mirror_traffic") instanceof SpecNode.Mapping mirror) {
            share(mirror, 50, "mirror_traffic");
        }
        mapping.entries().values().forEach(entry -> {
            if (entry.value() instanceof SpecNode.Mapping child) {
                walk(child);
            }
        });
    }

    /** Each {@code ${{inputs.x}}} of a command names an input that is declared beside it. */
    private void expressions(SpecNode.Scalar command, SpecNode.Mapping owner) {
        Matcher matcher = EXPRESSION.matcher(command.text());
        while (matcher.find()) {
            SpecNode declared = owner.get(matcher.group(1));
            if (declared != null && !(declared instanceof SpecNode.Mapping)) {
                continue;
            }
            Set<String> names = declared instanceof SpecNode.Mapping mapping
                    ? mapping.entries().keySet()
                    : Set.of();
            // Of a job's outputs the official client asks nothing; to name one that is not there is an error all the
            // same.
            boolean optional = matcher.group(1).equals("inputs")
                    ? !component && isOptional(command.text(), matcher.end())
                    : !component && !project.checksFiles();
            if (!names.contains(matcher.group(2)) && !optional && !isTrial(owner)) {
                problems.add(new Problem(
                        ErrorCode.SPEC_BAD_BINDING,
                        command.location(),
                        matcher.group() + " names no entry of '" + matcher.group(1) + "'"
                                + known(matcher.group(2), names)));
            }
        }
    }

    /** What is near, else what there is when that is little. */
    private static String known(String written, Set<String> names) {
        return names.isEmpty() ? "" : Suggestion.orKnown(Suggestion.sentence(written, names), names);
    }

    /** What stands in brackets, {@code [--rate ${{inputs.rate}}]}, is left out when there is no such input. */
    private static boolean isOptional(String command, int end) {
        return end < command.length() && command.charAt(end) == ']';
    }

    /** A sweep's trial has its inputs one level above. */
    @SuppressWarnings("ReferenceEquality") // The root itself, not a mapping that says the same.
    private boolean isTrial(SpecNode.Mapping owner) {
        return owner != top && owner.get("inputs") == null && owner.get("outputs") == null && owner.get("type") == null;
    }

    private void script(String command, SpecNode.Scalar where, @Nullable String code) {
        Matcher matcher = SCRIPT.matcher(command);
        if (matcher.matches()) {
            inCode(matcher.group(1), where, code);
        }
    }

    private void inCode(String script, SpecNode.Scalar where, @Nullable String code) {
        if (!project.checksFiles()
                || code == null
                || AssetReference.remote(code).isPresent()
                || code.contains("${{")) {
            return;
        }
        if (!(AssetReference.parse(code, document.directory()) instanceof AssetReference.Local local)) {
            return;
        }
        Path folder = local.path();
        if (Files.isDirectory(folder) && !Files.isRegularFile(folder.resolve(script))) {
            problems.add(new Problem(
                    ErrorCode.FILE_MISSING,
                    where.location(),
                    "'" + script + "' does not exist in the code folder '" + code + "'"));
        }
    }

    private void distribution(SpecNode.Mapping distribution, SpecNode.@Nullable Mapping resources) {
        long instances = number(resources == null ? null : resources.get("instance_count"), 1);
        SpecNode processes = distribution.get("process_count_per_instance");
        if (processes != null && number(processes, 1) < 1) {
            problems.add(new Problem(
                    ErrorCode.SPEC_BAD_VALUE, processes.location(), "'process_count_per_instance' must be 1 or more"));
        }
        SpecNode workers = distribution.get("worker_count");
        long nodes = number(workers, 0) + number(distribution.get("parameter_server_count"), 0);
        if ("tensorflow".equals(distribution.text("type")) && workers != null && nodes > instances) {
            problems.add(new Problem(
                    ErrorCode.SPEC_BAD_VALUE,
                    workers.location(),
                    "the distribution needs " + nodes + " instances but 'resources.instance_count' is " + instances));
        }
    }

    private void share(SpecNode.Mapping shares, int limit, String key) {
        long sum = shares.entries().values().stream()
                .mapToLong(entry -> number(entry.value(), 0))
                .sum();
        if (sum > limit) {
            problems.add(new Problem(
                    ErrorCode.SPEC_BAD_VALUE,
                    shares.location(),
                    "'" + key + "' adds up to " + sum + " percent; at most " + limit + " are allowed"));
        }
    }

    private static long number(@Nullable SpecNode node, long otherwise) {
        return node instanceof SpecNode.Scalar scalar && scalar.text().matches("-?\\d{1,9}")
                ? Long.parseLong(scalar.text())
                : otherwise;
    }
}
