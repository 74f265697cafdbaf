package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.pipeline.PipelineInvocationRequest;
import io.github.amlmaven.core.pipeline.PublishedPipelineRequest;
import io.github.amlmaven.core.pipeline.PublishedPipelineRequest.EndpointById;
import io.github.amlmaven.core.pipeline.PublishedPipelineRequest.EndpointByName;
import io.github.amlmaven.core.pipeline.PublishedPipelineRequest.Published;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.junit.jupiter.api.Test;

/** A pipeline of the first API is called only when its parameters say so. */
@MojoTest
class InvokePipelineMojoTest extends GoalTest {

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

    @Test
    @InjectMojo(goal = "invoke-pipeline", pom = HEAD + """
            <endpoint>nightly-wine</endpoint><pipelineVersion>7</pipelineVersion><inputs><clusters>4</clusters></inputs>
            <experiment>wine</experiment><waitForEnd>false</waitForEnd>
            """ + TAIL)
    void aBatchEndpointIsAskedForWhatStandsInThePom(InvokePipelineMojo goal) {
        PipelineInvocationRequest request = goal.request();

        assertThat(request.endpoint()).isEqualTo("nightly-wine");
        assertThat(request.version()).contains("7");
        assertThat(request.inputs()).isEqualTo(Map.of("clusters", "4"));
        assertThat(request.experimentName()).contains("wine");
        assertThat(request.timeout()).isEmpty();
        assertThat(request.dryRun()).isFalse();
    }
}
