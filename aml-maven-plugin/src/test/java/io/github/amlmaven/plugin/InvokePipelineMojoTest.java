package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.when;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.pipeline.PublishedPipelineRequest;
import io.github.amlmaven.core.pipeline.PublishedPipelineRequest.EndpointById;
import io.github.amlmaven.core.pipeline.PublishedPipelineRequest.EndpointByName;
import io.github.amlmaven.core.pipeline.PublishedPipelineRequest.Published;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import javax.inject.Inject;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.apache.maven.execution.MavenSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline of the first API is called only when its parameters say so. */
@MojoTest
class InvokePipelineMojoTest {

    private static final String HEAD =
            "<project><build><plugins><plugin><artifactId>aml-maven-plugin</artifactId><configuration>";
    private static final String TAIL = "</configuration></plugin></plugins></build></project>";

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
    @InjectMojo(goal = "invoke-pipeline", pom = HEAD + """
            <pipelineEndpointName>nightly</pipelineEndpointName><pipelineVersion>3</pipelineVersion>
            <inputs><alpha>0.5</alpha></inputs><experiment>e</experiment><timeout>5m</timeout>
            """ + TAIL)
    void anEndpointByNameAndVersion(InvokePipelineMojo goal) {
        assertThat(goal.publishedRequest())
                .contains(new PublishedPipelineRequest(
                        new EndpointByName("nightly", Optional.of("3")),
                        Map.of("alpha", "0.5"),
                        Optional.of("e"),
                        Optional.of(Duration.ofMinutes(5)),
                        false));
    }

    @Test
    @InjectMojo(
            goal = "invoke-pipeline",
            pom = HEAD + "<pipelineEndpointId>a-b</pipelineEndpointId><waitForEnd>false</waitForEnd>" + TAIL)
    void anEndpointById(InvokePipelineMojo goal) {
        assertThat(goal.publishedRequest()).hasValueSatisfying(request -> {
            assertThat(request.target()).isEqualTo(new EndpointById("a-b", Optional.empty()));
            assertThat(request.timeout()).isEmpty();
        });
    }

    @Test
    @InjectMojo(goal = "invoke-pipeline", pom = HEAD + "<publishedPipelineId>a-b</publishedPipelineId>" + TAIL)
    void aPublishedPipeline(InvokePipelineMojo goal) {
        assertThat(goal.publishedRequest())
                .hasValueSatisfying(request -> assertThat(request.target()).isEqualTo(new Published("a-b")));
    }

    @Test
    @InjectMojo(goal = "invoke-pipeline", pom = HEAD + """
            <publishedPipelineId>a-b</publishedPipelineId><pipelineVersion>3</pipelineVersion>
            """ + TAIL)
    void aPublishedPipelineHasNoVersions(InvokePipelineMojo goal) {
        assertThatThrownBy(goal::publishedRequest)
                .isInstanceOf(AmlException.class)
                .hasMessageContaining("no versions");
    }

    @Test
    @InjectMojo(goal = "invoke-pipeline", pom = HEAD + "<endpoint>b</endpoint>" + TAIL)
    void aBatchEndpointIsNotOfTheFirstApi(InvokePipelineMojo goal) {
        assertThat(goal.publishedRequest()).isEmpty();
    }
}
