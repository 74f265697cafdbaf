package io.github.amlmaven.core.containerinstance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.plan.PlanKey;
import io.github.amlmaven.core.plan.SavedPlan;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.PlannedChange.Field;
import io.github.amlmaven.core.registry.RegistryAccess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a plan says of a container group, whose service tells no secret. */
class ContainerGroupPlanTest extends OneContainerGroup {

    private static final String CONTAINER = "/properties/containers/scorer/properties";
    private static final Map<String, String> TWO = Map.of("TOKEN", "s3cret", "OTHER", "0ther");

    private PlannedChange plan(double cpu, Map<String, String> secure) {
        deployment().plan(request(cpu, secure));
        List<PlannedChange> all = progress.planned();
        return all.get(all.size() - 1);
    }

    private static List<String> lines(PlannedChange change) {
        return change.fields().stream().map(Field::line).toList();
    }

    @Test
    void ofTwoSecretsTheOneThatChangesIsNamed() {
        deployment().deploy(request(1.0, TWO));

        assertThat(lines(plan(1.0, Map.of("TOKEN", "other!", "OTHER", "0ther"))))
                .containsExactly("~ " + CONTAINER + "/environmentVariables/TOKEN/secureValue  (secret) changes");
        assertThat(plan(1.0, TWO).action()).isEqualTo(Action.KEEP);
    }

    @Test
    void whatALostFingerprintCannotTellIsSaidInWords() {
        deployment().deploy(request(1.0, TWO));
        ((ObjectNode) Objects.requireNonNull(live).path("tags")).remove(SecretState.TAG);

        assertThat(lines(plan(1.0, Map.of("TOKEN", "other!", "OTHER", "0ther"))))
                .hasSize(4)
                .allMatch(
                        line -> line.endsWith("whether it changes cannot be known, since the service never tells it"));
    }

    private ContainerGroupRequest login(String password) {
        return request(
                1.0,
                TWO,
                Duration.ofSeconds(20),
                "scorer",
                new ContainerGroupRequest.ImagePull.Login(
                        new RegistryAccess("registry.example.com", "puller", password, false)));
    }

    @Test
    void aPasswordOfARegistryThatChangesIsNamedAndTheSameIsNot() {
        deployment().deploy(login("old-password"));

        deployment().plan(login("new-password"));
        deployment().plan(login("old-password"));

        List<PlannedChange> plans = progress.planned();
        assertThat(lines(plans.get(plans.size() - 2)))
                .containsExactly(
                        "~ /properties/imageRegistryCredentials/registry.example.com/password  (secret) changes");
        assertThat(plans.get(plans.size() - 1).action()).isEqualTo(Action.KEEP);
    }

    @Test
    void ofMoreSecretsThanATagHoldsNoneCanBeKnown() {
        Map<String, String> many = IntStream.range(0, 23)
                .boxed()
                .collect(Collectors.toMap(number -> "TOKEN_" + number, number -> "s3cret" + number));
        deployment().deploy(request(1.0, many));
        assertThat(Objects.requireNonNull(live).path("tags").has(SecretState.TAG))
                .isFalse();

        many.put("TOKEN_0", "other!");
        assertThat(lines(plan(1.0, many)))
                .hasSize(25)
                .allMatch(line -> line.endsWith("cannot be known, since the service never tells it"));
        many.put("TOKEN_0", "s3cret0");
        assertThat(plan(1.0, many).action()).isEqualTo(Action.KEEP);
    }

    @Test
    void aReplacementTellsWhatForcesItAndAllOtherChanges() {
        deployment().deploy(request(1.0, TWO));

        PlannedChange change = plan(2.0, Map.of("TOKEN", "s3cret", "NEW", "n3w"));

        assertThat(change.action()).isEqualTo(Action.REPLACE);
        assertThat(change.headline())
                .startsWith("replace (delete, then create) ")
                .endsWith("containerGroups/scorer");
        assertThat(lines(change))
                .containsExactlyInAnyOrder(
                        "~ " + CONTAINER + "/resources/requests/cpu  1.0 -> 2.0  (forces the replacement)",
                        "- " + CONTAINER + "/environmentVariables/OTHER  {}",
                        "+ " + CONTAINER + "/environmentVariables/NEW/secureValue  (secret)");
    }

    @Test
    void keysThatTheDeploymentWillMakeAreTheSameInEachPlanAndLeaveNoFile() {
        assertThat(plan(1.0, TWO)).isEqualTo(plan(1.0, TWO));
        assertThat(folder.resolve("scorer.keys.json")).doesNotExist();
    }

    @Test
    void aSecretThatIsAnotherWhenThePlanIsAppliedIsRefusedByName() {
        PlanKey key = PlanKey.of(Optional.empty(), folder.resolve("plan.key"));
        SavedPlan saved = new SavedPlan(
                SavedPlan.FORMAT, "deploy-aci", "2030-01-31T00:00:00Z", Map.of(), List.of(key.seal(plan(1.0, TWO))));
        saved.write(folder.resolve("plan.json"));
        SavedPlan read = SavedPlan.read(folder.resolve("plan.json"));

        read.mustStillHold(List.of(key.seal(plan(1.0, TWO))));
        assertThatThrownBy(() ->
                        read.mustStillHold(List.of(key.seal(plan(1.0, Map.of("TOKEN", "other!", "OTHER", "0ther"))))))
                .isInstanceOf(AmlException.class)
                .hasMessageContaining(
                        "create resourceGroups/rg1/providers/Microsoft.ContainerInstance/containerGroups/scorer")
                .hasMessageContaining(
                        "environment variable TOKEN of container scorer: its secret value is another than when"
                                + " the plan was made")
                .hasMessageNotContaining("OTHER");
    }

    @Test
    void theTagTellsNothingToWhoHasNoKeys() {
        deployment().deploy(request(1.0, TWO));

        String tag =
                Objects.requireNonNull(live).path("tags").path(SecretState.TAG).asText();
        assertThat(tag).hasSizeLessThanOrEqualTo(256).doesNotContain("s3cret").doesNotContain("TOKEN");
        assertThat(tag.split("\\.")).hasSize(5);
    }
}
