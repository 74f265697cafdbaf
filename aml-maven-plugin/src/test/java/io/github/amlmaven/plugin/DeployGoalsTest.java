package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.amlmaven.plugin.record.DeploymentRecords;
import java.util.List;
import java.util.Map;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** The elements of the POM arrive where the goals read them; what the goals then do is proven by the invoker projects. */
@MojoTest
class DeployGoalsTest {

    private static final String HEAD = """
            <project>
              <build>
                <plugins>
                  <plugin>
                    <artifactId>aml-maven-plugin</artifactId>
                    <configuration>
                      <skip>true</skip>
            """;
    private static final String TAIL = """
                    </configuration>
                  </plugin>
                </plugins>
              </build>
            </project>
            """;
    private static final String ACI = HEAD + """
              <image><repository>models/iris</repository></image>
              <deployImage>acr1.azurecr.io/iris:1</deployImage>
              <cpu>2</cpu>
              <memoryGiB>3.5</memoryGiB>
              <dnsNameLabel>iris</dnsNameLabel>
              <environment><LOG_LEVEL>info</LOG_LEVEL></environment>
              <secureEnvironment><TOKEN>x</TOKEN></secureEnvironment>
              <authEnabled>false</authEnabled>
            """ + TAIL;
    private static final String AKS = HEAD + """
              <cluster><name>aks1</name><context>c</context></cluster>
              <autoscale><minReplicas>2</minReplicas><maxReplicas>5</maxReplicas><targetCpu>60</targetCpu></autoscale>
              <resources><cpu>250m</cpu><memoryLimit>1Gi</memoryLimit></resources>
              <serviceType>ClusterIP</serviceType>
            """ + TAIL;
    private static final String SCORE = HEAD + """
              <file>requests</file>
              <expectStatus>401</expectStatus>
              <auth>none</auth>
            """ + TAIL;
    private static final String UNDEPLOY = HEAD + "<target>aks</target><name>iris</name>" + TAIL;
    private static final String IMPORT = HEAD + """
              <source>mcr.microsoft.com/a/b:1</source>
              <targets><target>approved/b:1</target><target>approved/b:latest</target></targets>
              <force>true</force>
            """ + TAIL;

    @Test
    @InjectMojo(goal = "deploy-aci", pom = ACI)
    void deployAciTakesItsElementsBesideThoseOfThePackageGoal(DeployAciMojo goal) {
        assertThat(goal)
                .extracting("deployImage", "cpu", "memoryGiB", "dnsNameLabel", "authEnabled", "port", "restartPolicy")
                .containsExactly("acr1.azurecr.io/iris:1", 2.0, 3.5, "iris", false, 5001, "Always");
        assertThat(goal.environment()).isEqualTo(Map.of("LOG_LEVEL", "info"));
        assertThat(goal.secureEnvironment()).containsOnlyKeys("TOKEN");
        assertSkips(goal);
    }

    @Test
    @InjectMojo(goal = "deploy-aks", pom = AKS)
    void deployAksTakesItsNestedElements(DeployAksMojo goal) {
        assertThat(goal)
                .extracting("cluster.name", "cluster.context", "autoscale.maxReplicas", "autoscale.targetCpu")
                .containsExactly("aks1", "c", 5, 60);
        assertThat(goal)
                .extracting("resources.cpu", "resources.memory", "resources.memoryLimit", "serviceType")
                .containsExactly("250m", "512Mi", "1Gi", "ClusterIP");
        assertSkips(goal);
    }

    @Test
    @InjectMojo(goal = "score", pom = SCORE)
    void scoreTakesItsElements(ScoreMojo goal) {
        assertThat(goal).extracting("expectStatus", "auth", "timeout").containsExactly(401, "none", "60s");
        assertThat(goal)
                .extracting("file", InstanceOfAssertFactories.FILE)
                .isAbsolute()
                .hasName("requests");
        assertSkips(goal);
    }

    @Test
    @InjectMojo(goal = "undeploy", pom = UNDEPLOY)
    void undeployTakesItsElements(UndeployMojo goal) {
        assertThat(goal).extracting("target", "name").containsExactly("aks", "iris");
        assertSkips(goal);
    }

    @Test
    @InjectMojo(goal = "acr-import", pom = IMPORT)
    void acrImportTakesItsElements(AcrImportMojo goal) {
        assertThat(goal)
                .extracting("source", "targets", "force")
                .containsExactly("mcr.microsoft.com/a/b:1", List.of("approved/b:1", "approved/b:latest"), true);
        assertSkips(goal);
    }

    @Test
    void aNameIsMadeOfAnArtifactId() {
        assertThat(DeploymentRecords.defaultName("Iris.Model_v2-")).isEqualTo("iris-model-v2");
    }

    private static void assertSkips(AbstractAmlMojo goal) {
        assertThatCode(goal::execute).doesNotThrowAnyException();
    }
}
