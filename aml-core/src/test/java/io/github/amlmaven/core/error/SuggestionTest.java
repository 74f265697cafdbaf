package io.github.amlmaven.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A suggestion is what a reader would have said, or there is none. */
class SuggestionTest {

    private static final List<String> STEPS = List.of(
            "PythonScriptStep", "RScriptStep", "ParallelRunStep", "DataTransferStep", "DatabricksStep", "ModuleStep");
    private static final List<String> KEYS = List.of("name", "traffic", "inputs", "outputs", "lr", "a", "environment");

    @ParameterizedTest
    @CsvSource({
        "PyScriptStep, PythonScriptStep",
        "RScripStep, RScriptStep",
        "ParalelRunStep, ParallelRunStep",
        "DataBrickStep, DatabricksStep"
    })
    void anAbbreviationIsNearerThanAnotherBeginning(String written, String meant) {
        assertThat(Suggestion.nearest(written, STEPS)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"nmae, name", "trafic, traffic", "input, inputs", "lrr, lr", "enviroment, environment", "Name, name"})
    void oneSlipIsSeen(String written, String meant) {
        assertThat(Suggestion.nearest(written, KEYS)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"b", "xy", "mean", "size", "shutdown", "''"})
    void whatIsFarIsNotSuggested(String written) {
        assertThat(Suggestion.nearest(written, KEYS)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ShellStep", "SparkJob", "Step"})
    void anotherStepIsNotSuggested(String written) {
        assertThat(Suggestion.nearest(written, STEPS)).isEmpty();
    }
}
