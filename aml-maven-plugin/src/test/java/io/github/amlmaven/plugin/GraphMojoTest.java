package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.when;

import java.nio.file.Path;
import java.util.Properties;
import javax.inject.Inject;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoParameter;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.apache.maven.execution.MavenSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the picture goes. What is in it, the invoker project proves. */
@MojoTest
class GraphMojoTest {

    static final String POM =
            "<project><build><plugins><plugin><artifactId>aml-maven-plugin</artifactId></plugin></plugins></build></project>";

    @Inject
    private MavenSession session;

    @TempDir
    private Path directory;

    @BeforeEach
    void session() {
        when(session.getUserProperties()).thenReturn(new Properties());
        when(session.getExecutionRootDirectory()).thenReturn(directory.toString());
    }

    @Test
    @InjectMojo(goal = "graph", pom = GraphMojoTest.POM)
    @MojoParameter(name = "pipelineFile", value = "specs/train.v2.yml")
    @MojoParameter(name = "outputDirectory", value = "results")
    void thePictureHasTheNameOfThePipelinesFile(GraphMojo goal) {
        assertThat(goal.target()).endsWithRaw(Path.of("results", "train.v2.svg"));
    }

    @Test
    @InjectMojo(goal = "graph", pom = GraphMojoTest.POM)
    @MojoParameter(name = "graphFile", value = "docs/flow.svg")
    void thePictureGoesWhereItIsWanted(GraphMojo goal) {
        assertThat(goal.target()).endsWithRaw(Path.of("docs", "flow.svg"));
    }
}
