package io.github.amlmaven.core.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.github.amlmaven.core.content.WholeFile;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a goal would do, kept for later: {@code plan.json}.
 *
 * @param format of the file, {@value #FORMAT}
 * @param goal the goal, with {@code @execution} where one was named
 * @param createdAt ISO 8601
 * @param parameters the {@code aml.*} properties that the goal was planned with; holds no secret
 * @param changes in the order in which they would be made
 */
public record SavedPlan(
        int format, String goal, String createdAt, Map<String, String> parameters, List<PlannedChange> changes) {

    /** Of the file that this version writes and reads. */
    public static final int FORMAT = 2;

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

    public SavedPlan {
        parameters = Map.copyOf(parameters);
        changes = List.copyOf(changes);
    }

    /** How many resources would be changed. */
    public long count() {
        return changes.stream().filter(change -> change.action() != Action.KEEP).count();
    }

    /** @throws AmlException {@link ErrorCode#PLAN_UNREADABLE} */
    public static SavedPlan read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw AmlException.of(ErrorCode.PLAN_UNREADABLE, "There is no plan at " + file)
                    .remedy("Make one with 'mvn aml:plan -Daml.plan.goal=<goal>', or name it: -Daml.plan.file.")
                    .build();
        }
        try {
            JsonNode format = JSON.readTree(file.toFile()).path("format");
            if (format.isInt() && format.asInt() != FORMAT) {
                throw AmlException.of(
                                ErrorCode.PLAN_UNREADABLE,
                                file + " is of format " + format + ", this version reads " + FORMAT)
                        .remedy("Another version of the plugin has made it; make it anew with"
                                + " 'mvn aml:plan -Daml.plan.goal=<goal> -Daml.plan.file=" + file + "'.")
                        .build();
            }
            return JSON.readValue(file.toFile(), SavedPlan.class);
        } catch (JsonProcessingException e) {
            throw AmlException.of(ErrorCode.PLAN_UNREADABLE, file + " is no plan: " + e.getOriginalMessage())
                    .cause(e)
                    .build();
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot read " + file + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    /** Written as a whole, so that nobody applies half a plan. */
    public void write(Path file) {
        try {
            WholeFile.write(file, JSON.writeValueAsString(this));
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot write " + file + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    /**
     * Refuses when the goal, planned again, would not do exactly what this plan says.
     *
     * @throws AmlException {@link ErrorCode#PLAN_OUTDATED} with what has moved: the resources, or what is wanted of them
     */
    public void mustStillHold(List<PlannedChange> again) {
        Map<String, PlannedChange> fresh = new LinkedHashMap<>();
        again.forEach(change -> fresh.put(change.resource(), change));
        List<String> moved = new ArrayList<>();
        for (PlannedChange planned : changes) {
            PlannedChange now = fresh.remove(planned.resource());
            if (now == null) {
                moved.add(planned.headline() + " is no part of the goal any more");
            } else {
                mustHaveOneKey(planned, now);
                moved.addAll(new Movement(planned, now).lines());
            }
        }
        fresh.values().forEach(added -> moved.add(added.headline() + " was no part of the plan"));
        if (!moved.isEmpty()) {
            throw AmlException.of(
                            ErrorCode.PLAN_OUTDATED,
                            "The plan of " + createdAt + " for aml:" + goal + " does not hold any more:\n  "
                                    + String.join("\n  ", moved))
                    .remedy("Look at what would be done now with 'mvn aml:plan -Daml.plan.goal=" + goal
                            + "' and the parameters that the plan was made with, then apply that.")
                    .build();
        }
    }

    /** Fingerprints of two keys tell nothing of each other. */
    private void mustHaveOneKey(PlannedChange planned, PlannedChange again) {
        boolean both = planned.secrets().any() && again.secrets().any();
        if (both && !planned.secrets().key().equals(again.secrets().key())) {
            throw AmlException.of(
                            ErrorCode.PLAN_OUTDATED,
                            "The plan of " + createdAt + " for aml:" + goal
                                    + " was made with another key, so nobody can tell whether "
                                    + planned.shortName() + " and its secrets are still the same")
                    .remedy("Apply it as the user and on the machine that made it, or give both the same "
                            + PlanKey.VARIABLE + " in the environment (" + PlanKey.MINIMUM_LENGTH
                            + " characters or more, kept as a secret of the CI), then plan again.")
                    .build();
        }
    }
}
