package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoParameter;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.junit.jupiter.api.Test;

/** Where the picture goes. What is in it, the invoker project proves. */
@MojoTest
class GraphMojoTest extends GoalTest {

    @Test
    @InjectMojo(goal = "graph", pom = HEAD + TAIL)
    @MojoParameter(name = "pipelineFile", value = "specs/train.v2.yml")
    @MojoParameter(name = "outputDirectory", value = "results")
    void thePictureHasTheNameOfThePipelinesFile(GraphMojo goal) {
        assertThat(goal.target()).endsWithRaw(Path.of("results", "train.v2.svg"));
    }

    @Test
    @InjectMojo(goal = "graph", pom = HEAD + TAIL)
    @MojoParameter(name = "graphFile", value = "docs/flow.svg")
    void thePictureGoesWhereItIsWanted(GraphMojo goal) {
        assertThat(goal.target()).endsWithRaw(Path.of("docs", "flow.svg"));
    }
}
