package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.github.amlmaven.core.appservice.SiteKind;
import io.github.amlmaven.core.appservice.SiteRequest;
import io.github.amlmaven.core.appservice.SiteRequest.ImagePull;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.registry.ImageName;
import java.time.Duration;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.junit.jupiter.api.Test;

/** What stands in the POM is what the library is asked for. */
@MojoTest
class DeployWebappMojoTest extends GoalTest {

    @Test
    @InjectMojo(goal = "deploy-webapp", pom = HEAD + """
            <deployImage>wine:7</deployImage><name>wine</name><deployResourceGroup>g2</deployResourceGroup><location>northeurope</location>
            <plan>shared</plan><sku>P1v3</sku><slot>staging</slot><swap>true</swap><port>8080</port>
            <healthCheckPath>/healthy</healthCheckPath><httpsOnly>false</httpsOnly><minTlsVersion>1.3</minTlsVersion>
            <environment><LEVEL>info</LEVEL></environment><secureEnvironment><TOKEN>t</TOKEN></secureEnvironment>
            <authEnabled>false</authEnabled><tags><team>a</team></tags><timeout>3m</timeout>
            """ + TAIL)
    void everyParameterReachesTheRequest(DeployWebappMojo goal) {
        SiteRequest request = goal.request(clients(), ImageName.parse("docker.io/wine:7"), Progress.NONE);

        assertThat(goal).extracting("deployImage").isEqualTo("wine:7");
        assertThat(request.resourceGroup()).isEqualTo("g2");
        assertThat(request.name()).isEqualTo("wine");
        assertThat(request.location()).isEqualTo("northeurope");
        assertThat(request.image()).isEqualTo("docker.io/wine:7");
        assertThat(request.plan()).isEqualTo(new SiteRequest.Plan("shared", "P1v3"));
        assertThat(request.slot()).contains("staging");
        assertThat(request.swap()).isTrue();
        assertThat(request.kind()).isEqualTo(new SiteKind.WebApp(8080, "/healthy"));
        assertThat(request.httpsOnly()).isFalse();
        assertThat(request.minTlsVersion()).isEqualTo("1.3");
        assertThat(request.environment()).containsOnly(entry("LEVEL", "info"));
        assertThat(request.secureEnvironment()).containsOnly(entry("TOKEN", "t"));
        assertThat(request.pull()).isEqualTo(new ImagePull.Anonymous());
        assertThat(request.auth().enabled()).isFalse();
        assertThat(request.tags()).containsOnly(entry("team", "a"));
        assertThat(request.limit()).isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    @InjectMojo(goal = "deploy-webapp", pom = HEAD + """
            <name>wine</name><location>northeurope</location>
            """ + TAIL)
    void whatIsNotSaidIsSafe(DeployWebappMojo goal) {
        SiteRequest request = goal.request(clients(), ImageName.parse("docker.io/wine:7"), Progress.NONE);

        assertThat(request.plan()).isEqualTo(new SiteRequest.Plan("wine-plan", "B1"));
        assertThat(request.slot()).isEmpty();
        assertThat(request.swap()).isFalse();
        assertThat(request.httpsOnly()).isTrue();
        assertThat(request.minTlsVersion()).isEqualTo("1.2");
        assertThat(request.auth().enabled()).isTrue();
    }
}
