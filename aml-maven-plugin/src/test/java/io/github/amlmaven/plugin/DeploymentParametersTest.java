package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.github.amlmaven.core.containerinstance.ContainerGroupRequest;
import io.github.amlmaven.core.endpoint.BatchDeploymentRequest;
import io.github.amlmaven.core.endpoint.OnlineDeploymentRequest;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.kubernetes.KubernetesRequest;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.registry.ImageName;
import io.github.amlmaven.plugin.record.GoalOutcome;
import io.github.amlmaven.plugin.record.GoalRecord;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.junit.jupiter.api.Test;

/** What stands in the POM is what the library is asked for: deploying and undeploying. What it does then, the invoker projects prove. */
@MojoTest
class DeploymentParametersTest extends GoalTest {

    @Test
    @InjectMojo(goal = "deploy-aci", pom = HEAD + """
            <deployImage>wine:7</deployImage><name>wine</name><deployResourceGroup>g2</deployResourceGroup><location>northeurope</location><cpu>2</cpu>
            <memoryGiB>3.5</memoryGiB><port>8080</port><dnsNameLabel>wine</dnsNameLabel>
            <restartPolicy>OnFailure</restartPolicy><registryIdentity>/id</registryIdentity>
            <environment><LEVEL>info</LEVEL></environment><secureEnvironment><TOKEN>t</TOKEN></secureEnvironment>
            <authEnabled>false</authEnabled><tags><team>a</team></tags><timeout>3m</timeout>
            """ + TAIL)
    void deployAci(DeployAciMojo goal) {
        ContainerGroupRequest request =
                goal.request(clients(), ImageName.parse("acr1.azurecr.io/wine:7"), Progress.NONE);

        assertThat(goal).extracting("deployImage").isEqualTo("wine:7");
        assertThat(request.resourceGroup()).isEqualTo("g2");
        assertThat(request.name()).isEqualTo("wine");
        assertThat(request.location()).isEqualTo("northeurope");
        assertThat(request.image()).isEqualTo("acr1.azurecr.io/wine:7");
        assertThat(request.cpu()).isEqualTo(2.0);
        assertThat(request.memoryGiB()).isEqualTo(3.5);
        assertThat(request.port()).isEqualTo(8080);
        assertThat(request.dnsNameLabel()).contains("wine");
        assertThat(request.restartPolicy()).isEqualTo("OnFailure");
        assertThat(request.environment()).containsOnly(entry("LEVEL", "info"));
        assertThat(request.secureEnvironment()).containsOnly(entry("TOKEN", "t"));
        assertThat(request.pull()).isEqualTo(new ContainerGroupRequest.ImagePull.Identity("acr1.azurecr.io", "/id"));
        assertThat(request.auth().enabled()).isFalse();
        assertThat(request.tags()).containsOnly(entry("team", "a"));
        assertThat(request.limit()).isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    @InjectMojo(goal = "deploy-aci", pom = HEAD + "<outputDirectory>target/no-image</outputDirectory>" + TAIL)
    void whoHasPackagedNoImageIsToldHowToGetOne(DeployAciMojo goal) {
        new GoalRecord(goal.outputDirectory(), "package", false, Clock.systemUTC())
                .succeeded(GoalOutcome.done("", Map.of("archive", "m.zip")));

        assertThatThrownBy(() -> goal.image(clients(), Progress.NONE))
                .hasMessageContaining("the last aml:package made the model's archive alone")
                .isInstanceOfSatisfying(
                        AmlException.class,
                        e -> assertThat(e.remedy()).contains("<image/>", "-Daml.image=true", "-Daml.deploy.image"));
    }

    @Test
    @InjectMojo(goal = "deploy-aks", pom = HEAD + """
            <name>wine</name><namespace>models</namespace><createNamespace>true</createNamespace><replicas>3</replicas>
            <autoscale><minReplicas>2</minReplicas><maxReplicas>5</maxReplicas><targetCpu>60</targetCpu></autoscale>
            <resources><cpu>250m</cpu><memoryLimit>1Gi</memoryLimit></resources><serviceType>ClusterIP</serviceType>
            <servicePort>8443</servicePort><port>8080</port><imagePullSecret>pull</imagePullSecret>
            <environment><LEVEL>info</LEVEL></environment><forceConflicts>true</forceConflicts><timeout>3m</timeout>
            """ + TAIL)
    void deployAks(DeployAksMojo goal) {
        KubernetesRequest request = goal.request(clients(), ImageName.parse("acr1.azurecr.io/wine:7"));

        assertThat(request.namespace()).isEqualTo("models");
        assertThat(request.createNamespace()).isTrue();
        assertThat(request.name()).isEqualTo("wine");
        assertThat(request.image()).isEqualTo("acr1.azurecr.io/wine:7");
        assertThat(request.replicas()).isEqualTo(3);
        assertThat(request.autoscale())
                .hasValueSatisfying(bounds -> assertThat(bounds)
                        .extracting("minReplicas", "maxReplicas", "targetCpuPercent")
                        .containsExactly(2, 5, 60));
        assertThat(request.resources())
                .extracting("cpu", "memory", "memoryLimit")
                .containsExactly("250m", "512Mi", Optional.of("1Gi"));
        assertThat(request.serviceType()).isEqualTo(KubernetesRequest.ServiceType.CLUSTER_IP);
        assertThat(request.servicePort()).isEqualTo(8443);
        assertThat(request.containerPort()).isEqualTo(8080);
        assertThat(request.pull()).isEqualTo(new KubernetesRequest.ImagePull.Secret("pull"));
        assertThat(request.environment()).containsOnly(entry("LEVEL", "info"));
        assertThat(request.forceConflicts()).isTrue();
        assertThat(request.limit()).isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    @InjectMojo(goal = "deploy-managed", pom = HEAD + """
            <endpointFile>e.yml</endpointFile><deploymentFiles><deploymentFile>/d/blue.yml</deploymentFile></deploymentFiles>
            <traffic>blue=100</traffic><timeout>3m</timeout><dryRun>true</dryRun>
            """ + TAIL)
    void deployManaged(DeployManagedMojo goal) {
        OnlineDeploymentRequest request = goal.request();

        assertThat(request.endpointFile()).isAbsolute().endsWithRaw(Path.of("e.yml"));
        assertThat(request.deploymentFiles()).isEqualTo(List.of(Path.of("/d/blue.yml")));
        assertThat(request.modelRecord()).endsWithRaw(Path.of("model.json"));
        assertThat(request.traffic()).contains(Map.of("blue", 100));
        assertThat(request.limit()).isEqualTo(Duration.ofMinutes(3));
        assertThat(request.dryRun()).isTrue();
    }

    @Test
    @InjectMojo(goal = "deploy-batch", pom = HEAD + """
            <endpointFile>e.yml</endpointFile><deploymentFile>d.yml</deploymentFile><makeDefault>false</makeDefault>
            <timeout>3m</timeout>
            """ + TAIL)
    void deployBatch(DeployBatchMojo goal) {
        BatchDeploymentRequest request = goal.request();

        assertThat(request.endpointFile()).isAbsolute().endsWithRaw(Path.of("e.yml"));
        assertThat(request.deploymentFile()).isAbsolute().endsWithRaw(Path.of("d.yml"));
        assertThat(request.makeDefault()).isFalse();
        assertThat(request.limit()).isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    @InjectMojo(goal = "undeploy", pom = HEAD + """
            <target>aks</target><name>wine</name><namespace>models</namespace><timeout>3m</timeout>
            <cluster><name>aks1</name><context>c</context></cluster>
            """ + TAIL)
    void undeploy(UndeployMojo goal) {
        assertThat(goal)
                .extracting("target", "name", "namespace", "timeout", "cluster.name", "cluster.context")
                .containsExactly("aks", "wine", "models", "3m", "aks1", "c");
    }

    @Test
    @InjectMojo(goal = "deploy-aci", pom = HEAD + "<skip>true</skip>" + TAIL)
    void aSkippedGoalAsksForNothing(DeployAciMojo goal) {
        assertThatCode(goal::execute).doesNotThrowAnyException();
    }

    @Test
    @InjectMojo(goal = "undeploy", pom = HEAD + """
            <target>aks</target><name>wine</name><deployment>v1</deployment>
            """ + TAIL)
    void oneVersionInAClusterIsNotUndeployedAlone(UndeployMojo goal) {
        assertThatThrownBy(() -> goal.run(Progress.NONE)).isInstanceOfSatisfying(AmlException.class, refused -> {
            assertThat(refused).hasMessageContaining("with all its versions, not 'v1' alone");
            assertThat(refused.remedy()).contains("aml:traffic");
        });
    }
}
