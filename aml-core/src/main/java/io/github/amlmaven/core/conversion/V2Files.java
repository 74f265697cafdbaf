package io.github.amlmaven.core.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.v1.Comments;
import io.github.amlmaven.core.spec.yaml.YamlText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of the second API that are to be written, all in one folder. Environments and components get files of their
 * own, which those share that use the same.
 */
final class V2Files {

    private static final String SCHEMA = "https://azuremlschemas.azureedge.net/latest/%s.schema.json";

    private final Path folder;
    private final Map<Path, String> texts = new LinkedHashMap<>();
    private final List<ConversionChoice> choices = new ArrayList<>();
    private final Map<JsonNode, String> environments = new LinkedHashMap<>();

    V2Files(Path folder) {
        this.folder = folder;
    }

    Map<Path, String> texts() {
        return texts;
    }

    /** The choices that the comments of the files tell of, each once. */
    List<ConversionChoice> choices() {
        return choices.stream().distinct().toList();
    }

    boolean has(String name) {
        return texts.containsKey(folder.resolve(name));
    }

    /** A file that is no YAML. */
    void text(String name, String text) {
        texts.put(folder.resolve(name), text);
    }

    /**
     * A YAML file.
     *
     * @param schema the last part of its {@code $schema}
     * @param source what it is made of, named in its first line
     */
    void yaml(String name, String schema, String source, ObjectNode content, Comments comments) {
        ObjectNode written = JsonNodeFactory.instance.objectNode();
        written.put("$schema", SCHEMA.formatted(schema));
        written.setAll(content);
        comments.choices()
                .forEach(choice -> choices.add(new ConversionChoice(
                        choice.where(),
                        folder.resolve(name),
                        choice.pointer().isEmpty()
                                        || written.at(choice.pointer()).isMissingNode()
                                ? ""
                                : choice.pointer(),
                        choice.comment())));
        texts.put(
                folder.resolve(name),
                YamlText.of(
                        written,
                        pointer -> pointer.equals("/$schema")
                                ? List.of("Made of " + source + " by aml:convert.")
                                : comments.above(pointer)));
    }

    /** A pipeline job, its components and environments in files of their own. */
    void pipeline(String name, String source, ObjectNode content, Comments comments) {
        ObjectNode job = content.deepCopy();
        List<String> components = new ArrayList<>();
        job.path("jobs").properties().forEach(entry -> {
            ObjectNode step = (ObjectNode) entry.getValue();
            String pointer = "/jobs/" + entry.getKey();
            if (step.get("component") instanceof ObjectNode component) {
                environment(component, entry.getKey(), source);
                environment(component.path("task"), entry.getKey(), source);
                String file = "component-" + entry.getKey() + ".yml";
                ObjectNode own = JsonNodeFactory.instance.objectNode();
                String type = component.path("type").asText();
                own.put("name", entry.getKey()).put("version", "1").setAll(component);
                yaml(file, type + "Component", source, own, comments.below(pointer + "/component"));
                step.put("component", "./" + file);
                components.add(pointer + "/component");
            }
            environment(step, entry.getKey(), source);
            environment(step.path("task"), entry.getKey(), source);
        });
        Comments rest = comments;
        for (String component : components) {
            rest = rest.without(component);
        }
        yaml(name, "pipelineJob", source, job, rest);
    }

    /** Gives an environment that is written out a file of its own. */
    void environment(JsonNode owner, String fallback, String source) {
        if (!(owner instanceof ObjectNode object) || !(object.get("environment") instanceof ObjectNode inline)) {
            return;
        }
        String file = environments.computeIfAbsent(inline, environment -> {
            String wanted = environment.path("name").asText(fallback);
            String free = wanted;
            for (int i = 2; has("environment-" + free + ".yml"); i++) {
                free = wanted + "-" + i;
            }
            ObjectNode own = JsonNodeFactory.instance.objectNode();
            own.put("name", free);
            environment.properties().stream()
                    .filter(entry -> !entry.getKey().equals("name"))
                    .forEach(entry -> own.set(entry.getKey(), entry.getValue()));
            String made = "environment-" + free + ".yml";
            yaml(made, "environment", source, own, new Comments());
            return made;
        });
        object.put("environment", "file:./" + file);
    }
}
