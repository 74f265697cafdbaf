package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import io.github.amlmaven.core.appservice.FunctionStorage;
import io.github.amlmaven.core.appservice.SiteKind;
import io.github.amlmaven.core.appservice.SiteRequest;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.function.FunctionTrigger;
import io.github.amlmaven.core.function.FunctionTrigger.AuthLevel;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.registry.ImageName;
import io.github.amlmaven.core.scoring.ScoringAuth;
import java.net.URI;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.junit.jupiter.api.Test;

/** What stands in the POM is what the library is asked for. */
@MojoTest
class DeployFunctionMojoTest extends GoalTest {

    private static final FunctionStorage STORAGE = new FunctionStorage(
            "stwine",
            URI.create("https://stwine.blob.core.windows.net"),
            URI.create("https://stwine.queue.core.windows.net"),
            new FunctionStorage.Access.Key("k"));

    @Test
    @InjectMojo(goal = "deploy-function", pom = HEAD + """
            <name>wine</name><deployResourceGroup>g2</deployResourceGroup><location>northeurope</location>
            <trigger>queue</trigger><queue>bottles</queue><outputQueue>verdicts</outputQueue>
            <storageAccount>stwine</storageAccount><storageIdentity>/id</storageIdentity>
            <plan>shared</plan><sku>P1v3</sku><slot>staging</slot><swap>true</swap>
            <httpsOnly>false</httpsOnly><minTlsVersion>1.3</minTlsVersion>
            <environment><LEVEL>info</LEVEL></environment><tags><team>a</team></tags>
            """ + TAIL)
    void everyParameterReachesTheRequest(DeployFunctionMojo goal) {
        SiteRequest request = request(goal);

        assertThat(goal).extracting("storageAccount", "storageIdentity").containsExactly("stwine", "/id");
        assertThat(request.resourceGroup()).isEqualTo("g2");
        assertThat(request.name()).isEqualTo("wine");
        assertThat(request.location()).isEqualTo("northeurope");
        assertThat(request.kind())
                .isEqualTo(new SiteKind.FunctionApp(new FunctionTrigger.Queue("bottles", "verdicts"), STORAGE));
        assertThat(request.plan()).isEqualTo(new SiteRequest.Plan("shared", "P1v3"));
        assertThat(request.slot()).contains("staging");
        assertThat(request.swap()).isTrue();
        assertThat(request.httpsOnly()).isFalse();
        assertThat(request.minTlsVersion()).isEqualTo("1.3");
        assertThat(request.environment()).containsOnly(entry("LEVEL", "info"));
        assertThat(request.tags()).containsOnly(entry("team", "a"));
        assertThat(request.auth().enabled()).isFalse();
    }

    @Test
    @InjectMojo(goal = "deploy-function", pom = HEAD + """
            <name>wine</name><location>northeurope</location>
            """ + TAIL)
    void whatIsNotSaidIsHttpWithAKey(DeployFunctionMojo goal) {
        SiteRequest request = request(goal);

        assertThat(request.kind())
                .isEqualTo(new SiteKind.FunctionApp(new FunctionTrigger.Http(AuthLevel.FUNCTION), STORAGE));
        assertThat(request.plan()).isEqualTo(new SiteRequest.Plan("wine-plan", "EP1"));
        assertThat(request.auth().enabled()).isTrue();
        assertThat(request.httpsOnly()).isTrue();
    }

    @Test
    @InjectMojo(goal = "deploy-function", pom = HEAD + """
            <name>wine</name><location>northeurope</location><trigger>blob</trigger><container>photos</container>
            """ + TAIL)
    void answersGoBesideWhereQuestionsComeFrom(DeployFunctionMojo goal) {
        assertThat(trigger(goal)).isEqualTo(new FunctionTrigger.Blob("photos", "photos-scored"));
    }

    @Test
    @InjectMojo(goal = "deploy-function", pom = HEAD + """
            <name>wine</name><trigger>queue</trigger>
            """ + TAIL)
    void aTriggerWithoutItsQueueIsToldWithTheElementToSet(DeployFunctionMojo goal) {
        assertThatExceptionOfType(AmlException.class)
                .isThrownBy(() -> trigger(goal))
                .withMessage("trigger 'queue' without a queue")
                .extracting(AmlException::remedy)
                .isEqualTo("Set <queue> (-Daml.function.queue=...).");
    }

    @Test
    @InjectMojo(goal = "deploy-function", pom = HEAD + """
            <name>wine</name><authLevel>keys</authLevel>
            """ + TAIL)
    void anUnknownAuthLevelIsToldWithThoseThereAre(DeployFunctionMojo goal) {
        assertThatExceptionOfType(AmlException.class)
                .isThrownBy(() -> trigger(goal))
                .withMessage("aml.function.authLevel 'keys'")
                .extracting(AmlException::remedy)
                .isEqualTo("Set <authLevel> to function, admin or anonymous.");
    }

    private static FunctionTrigger trigger(DeployFunctionMojo goal) {
        ScoringAuth auth = goal.auth("wine.keys.json", clients());
        return goal.trigger(auth);
    }

    private static SiteRequest request(DeployFunctionMojo goal) {
        return goal.request(
                clients(),
                ImageName.parse("docker.io/wine:7"),
                new SiteKind.FunctionApp(trigger(goal), STORAGE),
                Progress.NONE);
    }
}
