package io.github.amlmaven.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/errors.md} is made from {@link ErrorCode}; {@code -Daml.docs.update} writes it. */
class ErrorCatalogueTest {

    private static final Path PAGE = Path.of("..", "docs", "errors.md");

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
