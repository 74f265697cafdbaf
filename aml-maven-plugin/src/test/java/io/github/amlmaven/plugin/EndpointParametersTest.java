package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.endpoint.DeploymentLogs;
import io.github.amlmaven.core.scoring.ScoringRequest;
import io.github.amlmaven.core.traffic.TrafficRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** What stands in the POM is what the library is asked for: what serves already. What it does then, the invoker projects prove. */
@MojoTest
class EndpointParametersTest extends GoalTest {

    @Test
    @InjectMojo(goal = "traffic", pom = HEAD + """
            <endpoint>wine</endpoint><traffic>blue=90,green=10</traffic><mirror>red=5</mirror><timeout>3m</timeout>
            """ + TAIL)
    void traffic(TrafficMojo goal) {
        TrafficRequest request = goal.request();

        assertThat(goal.endpoint()).isEqualTo("wine");
        assertThat(request.live()).contains(Map.of("blue", 90, "green", 10));
        assertThat(request.mirror()).contains(Map.of("red", 5));
        assertThat(goal.limit()).isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    @InjectMojo(goal = "rollback", pom = HEAD + "<endpoint>wine</endpoint><to>blue</to>" + TAIL)
    void rollback(RollbackMojo goal) {
        assertThat(goal.endpoint()).isEqualTo("wine");
        assertThat(goal.request().to()).contains("blue");
    }

    @Test
    @InjectMojo(goal = "logs", pom = HEAD + """
            <endpoint>wine</endpoint><deployment>blue</deployment><tail>7</tail><container>storage-initializer</container>
            """ + TAIL)
    void logs(LogsMojo goal) {
        assertThat(goal.endpoint()).isEqualTo("wine");
        assertThat(goal.container()).isEqualTo(DeploymentLogs.Container.STORAGE_INITIALIZER);
        assertThat(goal).extracting("deployment", "tail").containsExactly("blue", 7);
    }

    @Test
    @InjectMojo(goal = "score", pom = HEAD + """
            <file>requests</file><expectStatus>401</expectStatus><auth>none</auth><timeout>5s</timeout>
            <allowPlainHttp>true</allowPlainHttp><data>{"rows": [1]}</data>
            """ + TAIL)
    void score(ScoreMojo goal) {
        assertThat(goal)
                .extracting("file", InstanceOfAssertFactories.FILE)
                .isAbsolute()
                .hasName("requests");
        assertThat(goal).extracting("expectStatus", "auth").containsExactly(401, "none");
    }

    @Test
    @InjectMojo(goal = "score", pom = HEAD + """
            <expectStatus>401</expectStatus><timeout>5s</timeout><allowPlainHttp>true</allowPlainHttp>
            <deployment>green</deployment><data>{"rows": [1]}</data><expect>{"clusters": [2]}</expect>
            """ + TAIL)
    void scoreWithData(ScoreMojo goal) {
        ScoringRequest request = goal.request(URI.create("http://localhost:1/score"), Optional.empty());

        assertThat(request.payloads()).singleElement().satisfies(payload -> {
            assertThat(payload.json()).isEqualTo("{\"rows\": [1]}");
            assertThat(payload.expected())
                    .hasValueSatisfying(
                            json -> assertThat(json.at("/clusters/0").asInt()).isEqualTo(2));
        });
        assertThat(request.expectStatus()).isEqualTo(401);
        assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(request.plainHttpAllowed()).isTrue();
        assertThat(request.deployment()).contains("green");
    }
}
