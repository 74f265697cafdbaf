package io.github.amlmaven.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/errors.md} is made from {@link ErrorCode}; {@code -Daml.docs.update} writes it. */
class ErrorCatalogueTest {

    private static final Path PAGE = Path.of("..", "docs", "errors.md");
    private static final Path GOALS = Path.of("..", "docs", "goals.md");
    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Pattern PROPERTY_OF_A_GOAL = Pattern.compile("\\| `(aml(?:\\.\\w+)+)` \\|");
    private static final Pattern NAMED_PROPERTY = Pattern.compile("-D(aml(?:\\.\\w+)+)");

    @Test
    void codesAreUnique() {
        assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::id)).doesNotHaveDuplicates();
    }

    @Test
    void pageOfTheDocumentationListsEveryCode() throws IOException {
        if (System.getProperty("aml.docs.update") != null) {
            Files.writeString(PAGE, page());
        }
        assertThat(PAGE).content().isEqualTo(page());
    }

    @Test
    void remediesNamePropertiesThatAGoalHas() throws IOException {
        Set<String> known = propertiesOfGoals();
        assertThat(known).contains("aml.workspace", "aml.image.base").doesNotContain("aml.timeout");

        for (ErrorCode code : ErrorCode.values()) {
            assertThat(known).as(code.id()).containsAll(named(code.remedy()));
        }
        // Remedies for the case at hand stand beside the code that finds the fault.
        try (Stream<Path> sources = Files.walk(SOURCES)) {
            for (Path source :
                    sources.filter(file -> file.toString().endsWith(".java")).toList()) {
                assertThat(known).as(source.toString()).containsAll(named(Files.readString(source)));
            }
        }
    }

    private static List<String> named(String text) {
        return NAMED_PROPERTY
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static Set<String> propertiesOfGoals() throws IOException {
        String goals = Files.readString(GOALS);
        Set<String> known = PROPERTY_OF_A_GOAL
                .matcher(goals)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
        // Two parameters are families of properties: one for each value of <image>, one for each input.
        goals.lines()
                .filter(line -> line.startsWith("| `image` |"))
                .flatMap(line -> Pattern.compile("\\W+").splitAsStream(line))
                .forEach(value -> known.add("aml.image." + value));
        if (goals.contains("-Daml.inputs.")) {
            known.add("aml.inputs");
        }
        return known;
    }

    private static String page() {
        String rows = Arrays.stream(ErrorCode.values())
                .map(code -> "| " + code.id() + " | " + code.title() + " | "
                        + (code.fault() == ErrorCode.Fault.USER ? "yours" : "the world's") + " | " + cell(code.remedy())
                        + " |")
                .collect(Collectors.joining("\n"));
        return """
                # Errors

                Every failure carries one code. The build's message says what failed, where, why and what to do for the case at hand;
                this page says what a code means in general. "Yours" ends the build as a failure that an edit mends; "the world's" as an
                error of network, service or machine, where running the goal again is safe.

                1xxx configuration and identity, 2xxx files of the project, 3xxx Azure Resource Manager and workspace, 4xxx storage and
                registry, 5xxx Python and images, 6xxx jobs and pipelines, 7xxx deployment and scoring, 9xxx this machine.

                | code | means | whose | what to do |
                |---|---|---|---|
                """ + rows + "\n";
    }

    private static String cell(String text) {
        return text.isEmpty() ? "The message says it." : text.replace("|", "\\|");
    }
}
