package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** {@code docs/goals.md} is made from the goals' annotations; {@code -Daml.docs.update} writes it. */
class GoalReferenceTest {

    /** What a report inherits from Maven: set for the whole site, and described there. */
    private static final Set<String> OF_EVERY_REPORT =
            Set.of("outputDirectory", "reactorProjects", "siteDirectory", "locale", "outputTimestamp", "outputFormat");

    private static final Path PAGE = Path.of("..", "docs", "goals.md");

    @Test
    void everyParameterHasADescriptionAndOursAPropertyOfOurs() throws Exception {
        for (Element goal : goals()) {
            for (Element parameter : parameters(goal)) {
                String name = text(goal, "goal") + " " + text(parameter, "name");
                assertThat(text(parameter, "description")).as(name).isNotBlank();
                assertThat(property(goal, parameter).orElse("aml.")).as(name).matches("aml\\..*|skipTests");
            }
        }
    }

    @Test
    void everyGoalIsThreadSafe() throws Exception {
        assertThat(goals())
                .allSatisfy(goal -> assertThat(text(goal, "threadSafe"))
                        .as(text(goal, "goal"))
                        .isEqualTo("true"));
    }

    @Test
    void pageOfTheDocumentationListsEveryGoal() throws Exception {
        String page = page();
        if (System.getProperty("aml.docs.update") != null) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE).content().isEqualTo(page);
    }

    private static String page() throws Exception {
        StringBuilder page = new StringBuilder("""
                # Goals

                Generated from the goals' own annotations; `mvn aml:help -Ddetail -Dgoal=<goal>` shows the same. Each parameter is an
                element of the plugin's `<configuration>`; its property is for the command line: `-Daml.cloud=local`.
                """);
        for (Element goal : goals()) {
            page.append("\n## aml:").append(text(goal, "goal")).append("\n\n");
            page.append(prose(text(goal, "description"))).append("\n");
            String phase = text(goal, "phase");
            page.append("\n")
                    .append(phase.isEmpty() ? "Bound to no phase by default." : "Default phase: `" + phase + "`.")
                    .append("false".equals(text(goal, "requiresProject")) ? " Works without a project.\n" : "\n");
            page.append("\n| parameter | property | default | |\n|---|---|---|---|\n");
            for (Element parameter : parameters(goal)) {
                page.append("| `")
                        .append(text(parameter, "name"))
                        .append("` | ")
                        .append(property(goal, parameter)
                                .map(p -> "`" + p + "`")
                                .orElse(""))
                        .append(" | ")
                        .append(defaultValue(goal, parameter)
                                .map(d -> "`" + d + "`")
                                .orElse(""))
                        .append(" | ")
                        .append(prose(text(parameter, "description")).replace("|", "\\|"))
                        .append(" |\n");
            }
        }
        return page.toString();
    }

    private static List<Element> goals() throws Exception {
        try (InputStream descriptor = GoalReferenceTest.class.getResourceAsStream("/META-INF/maven/plugin.xml")) {
            Element root = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(descriptor)
                    .getDocumentElement();
            return children(child(root, "mojos").orElseThrow(), "mojo").stream()
                    .filter(goal -> !"help".equals(text(goal, "goal")))
                    .sorted(Comparator.comparing(goal -> text(goal, "goal")))
                    .toList();
        }
    }

    private static List<Element> parameters(Element goal) {
        return child(goal, "parameters").map(all -> children(all, "parameter")).orElse(List.of()).stream()
                .filter(parameter -> !"false".equals(text(parameter, "editable")))
                .filter(parameter -> !text(goal, "implementation").endsWith("ReportMojo")
                        || !OF_EVERY_REPORT.contains(text(parameter, "name")))
                .sorted(Comparator.comparing(parameter -> text(parameter, "name")))
                .toList();
    }

    private static Optional<String> property(Element goal, Element parameter) {
        return configured(goal, parameter)
                .map(Node::getTextContent)
                .filter(expression -> expression.startsWith("${"))
                .map(expression -> expression.substring(2, expression.length() - 1));
    }

    private static Optional<String> defaultValue(Element goal, Element parameter) {
        return configured(goal, parameter)
                .map(element -> element.getAttribute("default-value"))
                .filter(value -> !value.isEmpty());
    }

    private static Optional<Element> configured(Element goal, Element parameter) {
        return child(goal, "configuration").flatMap(all -> child(all, text(parameter, "name")));
    }

    /** The descriptor holds plain text; only what Markdown would take for HTML is escaped. */
    private static String prose(String description) {
        return description.replaceAll("\\s+", " ").trim().replace("<", "&lt;");
    }

    private static String text(Element parent, String name) {
        return child(parent, name).map(Node::getTextContent).orElse("");
    }

    private static Optional<Element> child(Element parent, String name) {
        return children(parent, name).stream().findFirst();
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found.stream().collect(Collectors.toList());
    }
}
