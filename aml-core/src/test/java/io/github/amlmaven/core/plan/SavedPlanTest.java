package io.github.amlmaven.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.PlannedChange.Field;
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
            "1234",
            List.of(new Field("/properties/authMode", "\"Key\"", "\"AADToken\"")));

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
        PlannedChange touched = new PlannedChange(ENDPOINT.resource(), Action.UPDATE, "5678", ENDPOINT.fields());
        PlannedChange gone = new PlannedChange(ENDPOINT.resource(), Action.CREATE, "", ENDPOINT.fields());
        PlannedChange otherwise = new PlannedChange(
                ENDPOINT.resource(), Action.UPDATE, "1234", List.of(new Field("/tags/x", "", "\"y\"")));

        refuses(plan, List.of(touched), "onlineEndpoints/wine was changed by somebody meanwhile");
        refuses(plan, List.of(gone), "onlineEndpoints/wine is gone meanwhile");
        refuses(plan(gone), List.of(ENDPOINT), "onlineEndpoints/wine exists meanwhile");
        refuses(plan, List.of(otherwise), "files or parameters have changed; it would now be + /tags/x");
        refuses(plan, List.of(), "is no part of the goal any more");
        refuses(plan(), List.of(ENDPOINT), "was no part of the plan");
    }

    @Test
    void whatIsNoPlanIsRefused() throws IOException {
        Path file = folder.resolve("plan.json");
        for (String text :
                new String[] {"", "{", "[]", "{\"format\":1}", "{\"format\":1,\"goal\":\"x\",\"unknown\":1}"}) {
            Files.writeString(file, text);
            assertThatThrownBy(() -> SavedPlan.read(file))
                    .as(text)
                    .asInstanceOf(InstanceOfAssertFactories.type(AmlException.class))
                    .extracting(AmlException::code)
                    .isEqualTo(ErrorCode.PLAN_UNREADABLE);
        }
        plan().write(file);
        Files.writeString(file, Files.readString(file).replace("\"format\" : 1", "\"format\" : 2"));
        assertThatThrownBy(() -> SavedPlan.read(file)).hasMessageContaining("format 2");
        assertThatThrownBy(() -> SavedPlan.read(folder.resolve("none"))).hasMessageContaining("There is no plan");
    }
}
