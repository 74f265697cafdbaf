package io.github.amlmaven.core.schedule;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.asset.OfflineAssets;
import io.github.amlmaven.core.asset.WorkspaceAssets;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.plan.Comparison;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.schedule.ScheduleResult.Outcome;
import io.github.amlmaven.core.spec.AssetResolver;
import io.github.amlmaven.core.spec.ScheduleSpec;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.util.Locale;
import java.util.Optional;

/**
 * Creates or changes a schedule, so that it is as its file says, pauses and deletes it. A schedule with the same content is
 * left alone, and one that was paused stays paused when its content changes.
 */
public final class JobSchedule {

    private static final String CONTENT = "content.sha256";
    private static final String ENABLED = "isEnabled";

    private final AzureClients clients;
    private final SpecReader reader;
    private final Progress progress;

    public JobSchedule(AzureClients clients, SpecReader reader, Progress progress) {
        this.clients = clients;
        this.reader = reader;
        this.progress = progress;
    }

    public ScheduleResult run(ScheduleRequest request) {
        return switch (request.action()) {
            case APPLY -> apply(request);
            case ENABLE -> enable(request, true);
            case DISABLE -> enable(request, false);
            case DELETE -> delete(request);
        };
    }

    private ScheduleResult apply(ScheduleRequest request) {
        SpecLoader loader = new SpecLoader(reader, request.projectDirectory());
        Content content = request.trigger()
                .<Content>map(trigger ->
                        assets -> ofTrigger(trigger, loader.job(request.file()).toBody(assets)))
                .orElseGet(() -> {
                    ScheduleSpec spec = loader.schedule(request.file());
                    return spec::toBody;
                });
        String name = request.name()
                .or(() -> request.trigger().isPresent()
                        ? Optional.empty()
                        : Optional.of(loader.schedule(request.file()).name()))
                .orElseThrow(() -> nameless(request));
        loader.warnings().forEach(warning -> progress.warnOnce(warning.toString()));
        ObjectNode planned = content.body(new OfflineAssets(clients.workspace()));
        String digest = Sha256.of(planned.toString());
        Optional<ObjectNode> existing = clients.arm().find(id(name), ApiVersions.MACHINE_LEARNING);
        boolean enabled = existing.map(JobSchedule::isEnabled).orElse(true);
        String state = enabled ? "" : "; it is disabled";
        if (existing.isPresent()
                && digest.equals(existing.get()
                        .at("/properties/properties")
                        .path(CONTENT)
                        .asText())) {
            if (request.dryRun()) {
                progress.planned(Comparison.of(id(name), existing, planned, Action.KEEP));
            }
            return new ScheduleResult(
                    Outcome.UNCHANGED, name, "Nothing has changed; schedule " + name + " is there" + state, planned);
        }
        if (request.dryRun()) {
            planned.withObject("/properties/properties").put(CONTENT, digest);
            planned.withObject("/properties").put(ENABLED, enabled);
            progress.planned(Comparison.of(id(name), existing, planned));
            return new ScheduleResult(
                    Outcome.DRY_RUN,
                    name,
                    "Would " + (existing.isPresent() ? "change" : "create") + " schedule " + name,
                    planned);
        }
        ObjectNode body = content.body(new WorkspaceAssets(clients, progress));
        body.withObject("/properties/properties").put(CONTENT, digest);
        body.withObject("/properties").put(ENABLED, enabled);
        put(name, body, request);
        return new ScheduleResult(
                Outcome.CHANGED,
                name,
                (existing.isPresent() ? "Changed" : "Created") + " schedule " + name + state,
                body);
    }

    private ScheduleResult enable(ScheduleRequest request, boolean enabled) {
        String name = name(request);
        String word = enabled ? "enabled" : "disabled";
        ObjectNode schedule = clients.arm()
                .find(id(name), ApiVersions.MACHINE_LEARNING)
                .orElseThrow(
                        () -> AmlException.of(ErrorCode.ARM_NOT_FOUND, "The workspace has no schedule '" + name + "'")
                                .remedy("Create it with 'mvn aml:schedule'.")
                                .build());
        if (isEnabled(schedule) == enabled) {
            if (request.dryRun()) {
                progress.planned(Comparison.of(id(name), Optional.of(schedule), schedule, Action.KEEP));
            }
            return new ScheduleResult(
                    Outcome.UNCHANGED, name, "Schedule " + name + " is " + word + " already", schedule);
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode properties = schedule.path("properties").deepCopy();
        properties.remove("provisioningState");
        body.set("properties", properties.put(ENABLED, enabled));
        if (request.dryRun()) {
            progress.planned(Comparison.of(id(name), Optional.of(schedule), body));
            return new ScheduleResult(Outcome.DRY_RUN, name, "Schedule " + name + " would be " + word, body);
        }
        put(name, body, request);
        return new ScheduleResult(Outcome.CHANGED, name, "Schedule " + name + " is " + word, body);
    }

    private ScheduleResult delete(ScheduleRequest request) {
        String name = name(request);
        ObjectNode nothing = JsonNodeFactory.instance.objectNode();
        Optional<ObjectNode> existing = clients.arm().find(id(name), ApiVersions.MACHINE_LEARNING);
        if (existing.isEmpty()) {
            return new ScheduleResult(Outcome.UNCHANGED, name, "There is no schedule " + name, nothing);
        }
        if (request.dryRun()) {
            progress.planned(Comparison.deletion(id(name), existing.get()));
            return new ScheduleResult(Outcome.DRY_RUN, name, "Would delete schedule " + name, nothing);
        }
        clients.arm().deleteAndWait(id(name), ApiVersions.MACHINE_LEARNING, clients.waitUpTo(request.timeout()));
        return new ScheduleResult(Outcome.CHANGED, name, "Deleted schedule " + name, nothing);
    }

    private void put(String name, ObjectNode body, ScheduleRequest request) {
        clients.arm().putAndWait(id(name), ApiVersions.MACHINE_LEARNING, body, clients.waitUpTo(request.timeout()));
    }

    private String name(ScheduleRequest request) {
        return request.name().orElseGet(() -> {
            if (request.trigger().isPresent()) {
                throw nameless(request);
            }
            return new SpecLoader(reader, request.projectDirectory())
                    .schedule(request.file())
                    .name();
        });
    }

    private static ObjectNode ofTrigger(ScheduleRequest.Trigger trigger, ObjectNode job) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode properties = body.putObject("properties");
        properties.putObject("properties");
        properties.putObject("tags");
        properties.putObject("action").put("actionType", "CreateJob").set("jobDefinition", job.path("properties"));
        ObjectNode sent = properties.putObject("trigger").put("timeZone", trigger.timeZone());
        trigger.startTime().ifPresent(time -> sent.put("startTime", time));
        if (trigger.cron().isPresent()) {
            sent.put("triggerType", "Cron").put("expression", trigger.cron().get());
            return body;
        }
        String frequency = trigger.frequency().toLowerCase(Locale.ROOT);
        sent.put("triggerType", "Recurrence")
                .put("frequency", frequency.substring(0, 1).toUpperCase(Locale.ROOT) + frequency.substring(1))
                .put("interval", trigger.interval());
        ObjectNode pattern = sent.putObject("schedule");
        pattern.putArray("hours");
        pattern.putArray("minutes");
        return body;
    }

    private static boolean isEnabled(ObjectNode schedule) {
        return schedule.path("properties").path(ENABLED).asBoolean(true);
    }

    private static AmlException nameless(ScheduleRequest request) {
        return AmlException.of(
                        ErrorCode.CONFIGURATION_INVALID,
                        "A schedule of " + request.file().getFileName() + " needs a name")
                .remedy("Set <scheduleName> or -Daml.schedule.name.")
                .build();
    }

    private String id(String name) {
        return clients.workspace().armId() + "/schedules/" + name;
    }

    /** What the schedule's request is, with assets that are looked up or uploaded by the resolver. */
    @FunctionalInterface
    private interface Content {
        ObjectNode body(AssetResolver assets);
    }
}
