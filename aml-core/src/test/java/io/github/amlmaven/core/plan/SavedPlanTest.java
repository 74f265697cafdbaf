package io.github.amlmaven.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.PlannedChange.Field;
import io.github.amlmaven.core.progress.PlannedSecrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedPlanTest {

    private static final PlannedChange ENDPOINT = new PlannedChange(
            "/subscriptions/s/resourceGroups/g/providers/p/workspaces/w/onlineEndpoints/wine",
            Action.UPDATE,
            Map.of("/properties/authMode", "\"Key\""),
            List.of(new Field("/properties/authMode", "\"Key\"", "\"AADToken\"")),
            PlannedSecrets.NONE);

    @TempDir
    private Path folder;

    private static SavedPlan plan(PlannedChange... changes) {
        return new SavedPlan(
                SavedPlan.FORMAT,
                "deploy-managed",
                "2030-01-31T00:00:00Z",
                Map.of("aml.traffic", "a=1"),
                List.of(changes));
    }

    private static void refuses(SavedPlan plan, List<PlannedChange> again, String reason) {
        assertThatThrownBy(() -> plan.mustStillHold(again))
                .hasMessageContaining(reason)
                .asInstanceOf(InstanceOfAssertFactories.type(AmlException.class))
                .extracting(AmlException::code)
                .isEqualTo(ErrorCode.PLAN_OUTDATED);
    }

    @Test
    void aPlanIsReadAsItWasWritten() {
        SavedPlan plan = plan(ENDPOINT);
        plan.write(folder.resolve("new/plan.json"));

        assertThat(SavedPlan.read(folder.resolve("new/plan.json"))).isEqualTo(plan);
        assertThat(plan.count()).isEqualTo(1);
    }

    @Test
    void theSamePlanAgainHolds() {
        assertThatCode(() -> plan(ENDPOINT).mustStillHold(List.of(ENDPOINT))).doesNotThrowAnyException();
    }

    @Test
    void whatHasMovedIsNamed() {
        SavedPlan plan = plan(ENDPOINT);
        PlannedChange touched = new PlannedChange(
                ENDPOINT.resource(),
                Action.UPDATE,
                Map.of("/properties/authMode", "\"AMLToken\""),
                List.of(new Field("/properties/authMode", "\"AMLToken\"", "\"AADToken\"")),
                PlannedSecrets.NONE);
        PlannedChange gone =
                new PlannedChange(ENDPOINT.resource(), Action.CREATE, Map.of(), ENDPOINT.fields(), PlannedSecrets.NONE);
        PlannedChange otherwise = new PlannedChange(
                ENDPOINT.resource(),
                Action.REPLACE,
                ENDPOINT.seen(),
                List.of(new Field("/tags/x", "", "\"y\"")),
                PlannedSecrets.NONE);

        refuses(
                plan,
                List.of(touched),
                "onlineEndpoints/wine was changed by somebody meanwhile (the plan was: update)");
        refuses(plan, List.of(touched), "  ~ /properties/authMode  \"Key\" -> \"AMLToken\"");
        refuses(plan, List.of(touched), "update onlineEndpoints/wine: the same would now be something else");
        refuses(plan, List.of(gone), "onlineEndpoints/wine is gone meanwhile");
        refuses(plan(gone), List.of(ENDPOINT), "onlineEndpoints/wine exists meanwhile");
        refuses(plan, List.of(otherwise), "update onlineEndpoints/wine: files or parameters have changed");
        refuses(plan, List.of(otherwise), "it would now be: replace (delete, then create)");
        refuses(plan, List.of(otherwise), "/tags/x: would now change too: \"y\"");
        refuses(
                plan,
                List.of(otherwise),
                "/properties/authMode: would not change any more, the plan said \"Key\" -> \"AADToken\"");
        refuses(plan, List.of(), "is no part of the goal any more");
        refuses(plan(), List.of(ENDPOINT), "was no part of the plan");
    }

    private static PlannedChange withSecret(String key, String now, String wanted) {
        String place = "/properties/containers/c1/properties/environmentVariables/TOKEN/secureValue";
        return ENDPOINT.with(PlannedSecrets.of(Map.of("/data/PIN", now), Map.of(place, wanted))
                .sealed(key, (path, value) -> "hmac-of-" + value));
    }

    @Test
    void aSecretThatIsAnotherIsNamedByItsPlace() {
        SavedPlan plan = plan(withSecret("k", "1", "a"));

        assertThatCode(() -> plan.mustStillHold(List.of(withSecret("k", "1", "a"))))
                .doesNotThrowAnyException();
        refuses(
                plan,
                List.of(withSecret("k", "1", "b")),
                "update onlineEndpoints/wine: files or parameters have changed\n    environment variable TOKEN of container"
                        + " c1: its secret value is another than when the plan was made");
        refuses(
                plan,
                List.of(withSecret("k", "2", "a")),
                "was changed by somebody meanwhile (the plan was: update)\n    key PIN: its value is another one now");
        refuses(plan, List.of(ENDPOINT), "it has no secret value any more");
        refuses(plan(ENDPOINT), List.of(withSecret("k", "1", "a")), "which it had not when the plan was made");
        refuses(plan, List.of(withSecret("other", "1", "a")), "was made with another key");
    }

    @Test
    void whatIsNoPlanIsRefused() throws IOException {
        Path file = folder.resolve("plan.json");
        for (String text :
                new String[] {"", "{", "[]", "{\"format\":2}", "{\"format\":2,\"goal\":\"x\",\"unknown\":1}"}) {
            Files.writeString(file, text);
            assertThatThrownBy(() -> SavedPlan.read(file))
                    .as(text)
                    .asInstanceOf(InstanceOfAssertFactories.type(AmlException.class))
                    .extracting(AmlException::code)
                    .isEqualTo(ErrorCode.PLAN_UNREADABLE);
        }
        plan().write(file);
        Files.writeString(file, Files.readString(file).replace("\"format\" : 2", "\"format\" : 1"));
        assertThatThrownBy(() -> SavedPlan.read(file))
                .hasMessageContaining("format 1")
                .asInstanceOf(InstanceOfAssertFactories.type(AmlException.class))
                .extracting(AmlException::remedy, InstanceOfAssertFactories.STRING)
                .contains("-Daml.plan.file=" + file);
        assertThatThrownBy(() -> SavedPlan.read(folder.resolve("none"))).hasMessageContaining("There is no plan");
    }
}
