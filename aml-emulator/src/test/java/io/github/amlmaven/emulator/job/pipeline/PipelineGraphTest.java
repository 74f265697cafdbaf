package io.github.amlmaven.emulator.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PipelineGraphTest {

    private static final String DIAMOND = """
            {"prep":{"inputs":{"d":{"job_input_type":"literal","value":"${{parent.inputs.data}}"}}},
             "left":{"inputs":{"d":"${{parent.jobs.prep.outputs.out}}"}},
             "right":{"inputs":{"d":{"path":"${{parent.jobs.prep.outputs.out}}"}}},
             "join":{"inputs":{"l":{"value":"${{parent.jobs.left.outputs.out}}"},
                               "r":{"value":"${{ parent.jobs.right.outputs.out }}"}}}}""";

    @Test
    void stepsBecomeReadyWhenAllThatTheyNeedIsDone() throws Exception {
        PipelineGraph graph = PipelineGraph.of(json(DIAMOND));

        assertThat(names(graph, Set.of())).containsExactly("prep");
        assertThat(names(graph, Set.of("prep"))).containsExactly("left", "right");
        assertThat(names(graph, Set.of("prep", "left"))).containsExactly("right");
        assertThat(names(graph, Set.of("prep", "left", "right"))).containsExactly("join");
    }

    @Test
    void stepsThatWaitForEachOtherAreRefusedByName() {
        assertThatThrownBy(() -> PipelineGraph.of(json("""
                {"a":{"inputs":{"x":"${{parent.jobs.b.outputs.o}}"}},
                 "b":{"inputs":{"x":"${{parent.jobs.a.outputs.o}}"}},"c":{}}"""))).hasMessageContaining("[a, b] wait for each other");
    }

    @Test
    void aStepThatIsNotThereIsNamedWithTheOnesThatAre() {
        assertThatThrownBy(
                        () -> PipelineGraph.of(json("{\"a\":{\"inputs\":{\"x\":\"${{parent.jobs.z.outputs.o}}\"}}}")))
                .hasMessageContaining("step 'z'")
                .hasMessageContaining("[a]");
    }

    @Test
    void anExpressionOfAnotherFormIsRefused() {
        assertThatThrownBy(() -> PipelineGraph.of(json("{\"a\":{\"inputs\":{\"x\":\"${{parent.whatever}}\"}}}")))
                .hasMessageContaining("${{parent.whatever}}");
    }

    @Test
    void valuesAreReadInTheFormsOfClientAndSpecification() throws Exception {
        PipelineStep step = PipelineStep.of("s", json("""
                {"inputs":{"a":{"job_input_type":"literal","value":"7"},"b":3,
                           "c":{"job_input_type":"uri_file","uri":"azureml:d:1"},"d":{"type":"uri_folder","path":"azureml:e:1"},
                           "none":null},
                 "outputs":{"o":{"type":"literal","value":"${{parent.outputs.model}}"}}}"""));

        assertThat(step.inputs())
                .containsEntry("a", new PipelineStep.StepValue.Bound(new Binding.Literal("7")))
                .containsEntry("b", new PipelineStep.StepValue.Bound(new Binding.Literal("3")))
                .containsEntry("c", new PipelineStep.StepValue.Data("uri_file", "azureml:d:1"))
                .containsEntry("d", new PipelineStep.StepValue.Data("uri_folder", "azureml:e:1"))
                .doesNotContainKey("none");
        assertThat(step.outputs())
                .containsEntry("o", new PipelineStep.StepValue.Bound(new Binding.ParentOutput("model")));
    }

    private static List<String> names(PipelineGraph graph, Set<String> done) {
        return graph.ready(done).stream().map(PipelineStep::name).toList();
    }

    private static JsonNode json(String text) throws JsonProcessingException {
        return new ObjectMapper().readTree(text);
    }
}
