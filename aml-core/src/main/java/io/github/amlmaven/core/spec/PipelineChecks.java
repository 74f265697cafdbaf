package io.github.amlmaven.core.spec;

import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.error.Suggestion;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks how the steps of a pipeline hang together: bindings, their types, required inputs, cycles. */
final class PipelineChecks {

    /** As previews of az ml v2 had it. */
    private static final Pattern WITHOUT_PARENT = Pattern.compile("\\$\\{\\{\\s*((?:inputs|jobs)\\.[\\w.-]+)\\s*}}");

    private static final Pattern STEP_OUTPUT =
            Pattern.compile("\\$\\{\\{\\s*parent\\.jobs\\.([\\w-]+)\\.(outputs|inputs)\\.([\\w-]+)\\s*}}");
    private static final Set<String> PRIMITIVES = Set.of("string", "number", "integer", "boolean");

    private final SpecProject project;
    private final SpecDocument document;
    private final List<Problem> problems;
    private final Map<String, SpecNode.Mapping> steps = new LinkedHashMap<>();
    private final Map<String, Set<String>> needs = new LinkedHashMap<>();

    PipelineChecks(SpecProject project, SpecDocument document, List<Problem> problems) {
        this.project = project;
        this.document = document;
        this.problems = problems;
    }

    void check(SpecNode.Mapping pipeline) {
        if (pipeline.get("jobs") instanceof SpecNode.Mapping jobs) {
            jobs.entries().forEach((name, entry) -> {
                NameRule.KEY
                        .violation(name)
                        .ifPresent(why ->
                                add(ErrorCode.SPEC_BAD_NAME, entry.key(), "the step name '" + name + "' " + why));
                if (entry.value() instanceof SpecNode.Mapping step) {
                    steps.put(name, step);
                }
            });
        }
        steps.forEach((name, step) -> step(name, step, pipeline));
        cycles();
    }

    private void step(String name, SpecNode.Mapping step, SpecNode.Mapping pipeline) {
        needs.put(name, new LinkedHashSet<>());
        Interface wanted = interfaceOf(step);
        if (step.get("inputs") instanceof SpecNode.Mapping inputs) {
            inputs.entries().forEach((input, entry) -> {
                if (wanted != null) {
                    unknownInput(entry.key(), inputs, wanted);
                }
                bind(name, entry.value(), pipeline, wanted == null ? null : wanted.type(input));
                if (wanted != null && project.checksFiles()) {
                    literal(input, entry.value(), wanted);
                }
            });
        }
        if (wanted != null) {
            missing(step, wanted);
        }
        if (step.get("outputs") instanceof SpecNode.Mapping outputs) {
            outputs.entries().forEach((output, entry) -> output(output, entry, wanted, pipeline));
        }
        bindElsewhere(name, step, pipeline);
    }

    /** The service drops inputs that a component does not have, so only one that looks like another is a mistake. */
    private void unknownInput(SpecNode.Scalar key, SpecNode.Mapping inputs, Interface wanted) {
        List<String> free = wanted.inputs().keySet().stream()
                .filter(input -> !inputs.entries().containsKey(input))
                .toList();
        String suggestion = Suggestion.sentence(key.text(), free);
        if (!wanted.inputs().containsKey(key.text()) && !suggestion.isEmpty()) {
            add(ErrorCode.SPEC_BAD_BINDING, key, "the component has no input '" + key.text() + "'" + suggestion);
        }
    }

    /** The official client sends a value that does not fit; the service refuses the step when its turn has come. */
    private void literal(String input, SpecNode value, Interface wanted) {
        Port port = wanted.inputs().get(input);
        if (port != null
                && port.declared() != null
                && value instanceof SpecNode.Scalar scalar
                && !scalar.text().contains("{{")) {
            LiteralInput.misfit(scalar.text(), port.declared())
                    .ifPresent(why -> add(
                            ErrorCode.SPEC_BAD_VALUE,
                            scalar,
                            "'" + scalar.text() + "' " + why + ", as the component's input '" + input + "' wants it"));
        }
    }

    /** AutoML and parallel steps bind their data outside 'inputs'. */
    private void bindElsewhere(String name, SpecNode.Mapping step, SpecNode.Mapping pipeline) {
        for (String key : List.of("training_data", "validation_data", "test_data")) {
            SpecNode value = step.get(key);
            if (value != null) {
                bind(name, value, pipeline, null);
            }
        }
    }

    private void missing(SpecNode.Mapping step, Interface wanted) {
        wanted.inputs().forEach((input, port) -> {
            boolean given = step.get("inputs") instanceof SpecNode.Mapping inputs && inputs.get(input) != null;
            if (port.required() && !given) {
                SpecNode where = step.get("component");
                problems.add(new Problem(
                        ErrorCode.SPEC_BAD_BINDING,
                        where == null ? step.location() : where.location(),
                        "the component needs the input '" + input + "'"));
            }
        });
    }

    private void output(String output, SpecNode.Entry entry, @Nullable Interface wanted, SpecNode.Mapping pipeline) {
        if (wanted != null && !wanted.open() && !wanted.outputs().containsKey(output)) {
            add(
                    ErrorCode.SPEC_BAD_BINDING,
                    entry.key(),
                    "the component has no output '" + output + "'"
                            + Suggestion.sentence(output, wanted.outputs().keySet()));
        }
        SpecNode.Scalar binding = bindingOf(entry.value());
        Matcher parent = binding == null ? null : ParentBinding.OUTPUT.matcher(binding.text());
        if (binding != null && parent != null && parent.find()) {
            Set<String> declared = keys(pipeline.get("outputs"));
            if (!declared.contains(parent.group(1))) {
                add(
                        ErrorCode.SPEC_BAD_BINDING,
                        binding,
                        "the pipeline has no output '" + parent.group(1) + "'"
                                + Suggestion.sentence(parent.group(1), declared));
            }
        }
    }

    private void bind(String step, SpecNode value, SpecNode.Mapping pipeline, @Nullable String wantedType) {
        SpecNode.Scalar binding = bindingOf(value);
        if (binding == null) {
            return;
        }
        if (binding == value
                && wantedType != null
                && !PRIMITIVES.contains(wantedType)
                && !PythonScalar.isText(binding)) {
            add(
                    ErrorCode.SPEC_BAD_BINDING,
                    binding,
                    binding.describe() + " is a value but the input is of type " + wantedType);
        }
        Matcher old = WITHOUT_PARENT.matcher(binding.text());
        if (old.matches()) {
            add(
                    ErrorCode.SPEC_BAD_BINDING,
                    binding,
                    binding.describe() + " binds nothing in a pipeline. Did you mean '${{parent." + old.group(1)
                            + "}}'?");
        }
        Matcher input = ParentBinding.INPUT.matcher(binding.text());
        while (input.find()) {
            String name = input.group(1);
            Set<String> declared = keys(pipeline.get("inputs"));
            if (!declared.contains(name) && !declared.contains(name.split("\\.", -1)[0])) {
                add(
                        ErrorCode.SPEC_BAD_BINDING,
                        binding,
                        "the pipeline has no input '" + name + "'" + Suggestion.sentence(name, declared));
            } else if (pipeline.get("inputs") instanceof SpecNode.Mapping inputs) {
                fits(binding, typeOf(inputs.get(name)), wantedType);
            }
        }
        Matcher output = STEP_OUTPUT.matcher(binding.text());
        while (output.find()) {
            stepOutput(step, binding, output, wantedType);
        }
    }

    private void stepOutput(String step, SpecNode.Scalar binding, Matcher matcher, @Nullable String wantedType) {
        String source = matcher.group(1);
        SpecNode.Mapping sourceStep = steps.get(source);
        if (sourceStep == null) {
            add(
                    ErrorCode.SPEC_BAD_BINDING,
                    binding,
                    "the pipeline has no step '" + source + "'" + Suggestion.sentence(source, steps.keySet()));
            return;
        }
        needs.computeIfAbsent(step, key -> new LinkedHashSet<>()).add(source);
        if (matcher.group(2).equals("inputs")) {
            return;
        }
        String name = matcher.group(3);
        Interface offered = interfaceOf(sourceStep);
        Set<String> declared = new LinkedHashSet<>(keys(sourceStep.get("outputs")));
        if (offered != null) {
            declared.addAll(offered.outputs().keySet());
        }
        boolean known = offered != null || sourceStep.get("component") == null;
        boolean automatic = "automl".equals(sourceStep.text("type")) || "sweep".equals(sourceStep.text("type"));
        if (known && !automatic && !declared.contains(name)) {
            add(
                    ErrorCode.SPEC_BAD_BINDING,
                    binding,
                    "the step '" + source + "' has no output '" + name + "'" + Suggestion.sentence(name, declared));
        } else if (offered != null) {
            fits(binding, offered.outputs().get(name), wantedType);
        }
    }

    /** A value and data cannot stand for each other; kinds of data are left to the service, which converts some. */
    private void fits(SpecNode.Scalar binding, @Nullable String offered, @Nullable String wanted) {
        if (offered != null && wanted != null && PRIMITIVES.contains(offered) != PRIMITIVES.contains(wanted)) {
            add(
                    ErrorCode.SPEC_BAD_BINDING,
                    binding,
                    binding.text() + " is of type " + offered + " but the input is of type " + wanted);
        }
    }

    private void cycles() {
        Map<String, Boolean> done = new HashMap<>();
        for (String step : needs.keySet()) {
            follow(step, new ArrayList<>(), done);
        }
    }

    private void follow(String step, List<String> path, Map<String, Boolean> done) {
        if (path.contains(step)) {
            List<String> cycle = new ArrayList<>(path.subList(path.indexOf(step), path.size()));
            cycle.add(step);
            SpecNode.Mapping where = steps.get(step);
            if (where != null && done.put(step + " cycle", true) == null) {
                problems.add(new Problem(
                        ErrorCode.SPEC_CYCLE,
                        where.location(),
                        "the steps wait for each other: " + String.join(" -> ", cycle)));
            }
            cycle.forEach(member -> done.put(member, true));
            return;
        }
        if (done.containsKey(step)) {
            return;
        }
        path.add(step);
        needs.getOrDefault(step, Set.of()).forEach(next -> follow(next, path, done));
        path.remove(step);
        done.put(step, true);
    }

    /** What a step's component declares; null when it is known only to the workspace or a registry. */
    private @Nullable Interface interfaceOf(SpecNode.Mapping step) {
        SpecNode component =
                step.get("type") instanceof SpecNode.Scalar type && type.text().equals("sweep")
                        ? step.get("trial")
                        : step.get("component");
        if (component instanceof SpecNode.Scalar reference) {
            return AssetReference.remote(reference.text()).isPresent() ? null : fromFile(reference.text());
        }
        return component instanceof SpecNode.Mapping inline && inline.get("inputs") != null
                ? Interface.of(inline)
                : null;
    }

    private @Nullable Interface fromFile(String text) {
        if (!(AssetReference.parse(text, document.directory()) instanceof AssetReference.Local local)
                || !local.path().startsWith(project.directory())
                || !Files.isRegularFile(local.path())
                || project.isUnderWay(local.path())) {
            return null;
        }
        return project.read(local.path()).document().root() instanceof SpecNode.Mapping component
                ? Interface.of(component)
                : null;
    }

    private static SpecNode.@Nullable Scalar bindingOf(SpecNode value) {
        if (value instanceof SpecNode.Scalar scalar) {
            return scalar;
        }
        return value instanceof SpecNode.Mapping mapping && mapping.get("path") instanceof SpecNode.Scalar path
                ? path
                : null;
    }

    private static @Nullable String typeOf(@Nullable SpecNode input) {
        if (input instanceof SpecNode.Mapping mapping) {
            String type = mapping.text("type");
            return type == null && mapping.get("value") != null ? "string" : type;
        }
        return input instanceof SpecNode.Scalar ? "string" : null;
    }

    private static Set<String> keys(@Nullable SpecNode node) {
        return node instanceof SpecNode.Mapping mapping ? mapping.entries().keySet() : Set.of();
    }

    private void add(ErrorCode code, SpecNode.Scalar where, String message) {
        problems.add(new Problem(code, where.location(), message));
    }

    /**
     * Inputs and outputs of a component.
     *
     * @param outputs types by name
     * @param open whether more may be bound than is declared
     */
    private record Interface(Map<String, Port> inputs, Map<String, @Nullable String> outputs, boolean open) {

        static Interface of(SpecNode.Mapping component) {
            Map<String, Port> inputs = new LinkedHashMap<>();
            if (component.get("inputs") instanceof SpecNode.Mapping declared) {
                declared.entries().forEach((name, entry) -> inputs.put(name, Port.of(entry.value())));
            }
            Map<String, @Nullable String> outputs = new LinkedHashMap<>();
            if (component.get("outputs") instanceof SpecNode.Mapping declared) {
                declared.entries().forEach((name, entry) -> outputs.put(name, typeOf(entry.value())));
            }
            return new Interface(inputs, outputs, component.get("nodes") != null || component.get("flow") != null);
        }

        @Nullable
        String type(String input) {
            Port port = inputs.get(input);
            return port == null ? null : port.type();
        }
    }

    /** One input of a component. */
    private record Port(@Nullable String type, boolean required, SpecNode.@Nullable Mapping declared) {
        static Port of(SpecNode declared) {
            if (!(declared instanceof SpecNode.Mapping mapping)) {
                return new Port(null, false, null);
            }
            boolean optional = "true".equalsIgnoreCase(String.valueOf(mapping.text("optional")));
            return new Port(mapping.text("type"), !optional && mapping.get("default") == null, mapping);
        }
    }
}
