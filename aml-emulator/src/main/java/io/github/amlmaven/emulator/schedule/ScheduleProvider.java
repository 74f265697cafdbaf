package io.github.amlmaven.emulator.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.Operations;
import io.github.amlmaven.emulator.arm.Operations.Style;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.job.access.WorkspacePath;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.MovableClock;
import io.github.amlmaven.emulator.service.Provider;
import io.github.amlmaven.emulator.spec.SpecValidator;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** {@code workspaces/{workspace}/schedules} (2025-12-01; {@code trigger} from 2024-01-01-preview). */
public final class ScheduleProvider implements Provider {

    private static final String PROVIDER = "Microsoft.MachineLearningServices";
    private static final String TYPE = PROVIDER + "/workspaces/schedules";
    private static final String CREATE_JOB = "CreateJob";
    /** A machine that has slept does not make a job for every minute that it has missed; a clock that is moved does. */
    private static final Duration CATCH_UP = Duration.ofHours(1);

    private final EmulatorContext context;
    private final ResourceStore resources;
    private final Operations operations;
    private final JobMaker jobs;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Instant last;

    /** Makes the jobs. */
    @FunctionalInterface
    public interface JobMaker {
        /** @throws HttpError 400 when the definition is no job that can be run */
        void submit(ResourceId job, ObjectNode properties);
    }

    public ScheduleProvider(
            EmulatorContext context,
            MovableClock clock,
            ResourceStore resources,
            Operations operations,
            JobMaker jobs) {
        this.context = context;
        this.resources = resources;
        this.operations = operations;
        this.jobs = jobs;
        this.last = clock.instant();
        clock.whenMoved(() -> catchUp(Duration.between(Instant.EPOCH, clock.instant())));
    }

    @Override
    public void declare(Routes routes) {
        String list = WorkspacePath.TEMPLATE + "/schedules";
        String one = list + "/{name}";
        routes.add("GET", list, this::list);
        routes.add("GET", one, exchange -> exchange.send(200, find(exchange)));
        routes.add("PUT", one, this::put);
        routes.add("DELETE", one, this::delete);
        routes.add("POST", one + "/trigger", this::trigger);
    }

    @Override
    public void resume() {
        context.executor().execute(this::run);
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private ResourceId id(Exchange exchange) {
        return WorkspacePath.existing(exchange, resources).child("schedules", exchange.variable("name"));
    }

    private ObjectNode find(Exchange exchange) {
        ResourceId id = id(exchange);
        return resources
                .get(id)
                .orElseThrow(() ->
                        HttpError.arm(404, "ResourceNotFound", "The specified resource was not found: " + id.value()));
    }

    private void list(Exchange exchange) throws IOException {
        String view = exchange.query("listViewType").orElse("EnabledOnly").toLowerCase(Locale.ROOT);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        var value = answer.putArray("value");
        for (ObjectNode schedule : resources.children(WorkspacePath.existing(exchange, resources), "schedules")) {
            boolean enabled = enabled(schedule);
            if (view.equals("all") || enabled != view.equals("disabledonly")) {
                value.add(schedule);
            }
        }
        exchange.send(200, answer);
    }

    private static boolean enabled(JsonNode schedule) {
        return schedule.path("properties").path("isEnabled").asBoolean(true);
    }

    private void put(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        JsonNode body = context.options().strict()
                ? SpecValidator.check(PROVIDER, "Schedule", exchange.json(), resources.get(id))
                : exchange.json();
        ObjectNode properties = body.path("properties").deepCopy();
        Instant now = context.clock().instant();
        try {
            Trigger.parse(properties.path("trigger"), now);
        } catch (IllegalArgumentException e) {
            throw HttpError.arm(400, "UserError", "The schedule's trigger is not valid: " + e.getMessage() + ".");
        }
        Optional<ObjectNode> old = resources.get(id);
        ObjectNode schedule = JsonNodeFactory.instance.objectNode();
        schedule.put("id", id.value()).put("name", id.name()).put("type", TYPE);
        properties.put("isEnabled", properties.path("isEnabled").asBoolean(true));
        properties.put("provisioningState", old.isPresent() ? "Updating" : "Creating");
        if (!properties.path("tags").isObject()) {
            properties.putObject("tags");
        }
        if (!properties.path("properties").isObject()) {
            properties.putObject("properties");
        }
        schedule.set("properties", properties);
        schedule.putObject("systemData")
                .put(
                        "createdAt",
                        old.map(present -> present.path("systemData")
                                        .path("createdAt")
                                        .asText())
                                .orElse(now.toString()))
                .put("createdBy", "AML Emulator")
                .put("createdByType", "Application")
                .put("lastModifiedAt", now.toString());
        resources.put(id, schedule);
        operations.start(
                exchange,
                Style.ASYNC_OPERATION,
                PROVIDER,
                id,
                () -> resources.update(id, document -> {
                    ((ObjectNode) document.path("properties")).put("provisioningState", "Succeeded");
                    return document;
                }));
        exchange.send(old.isPresent() ? 200 : 201, schedule);
    }

    private void delete(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        if (resources.get(id).isEmpty()) {
            exchange.send(204);
            return;
        }
        operations.start(exchange, Style.LOCATION, PROVIDER, id, () -> {
            resources.delete(id);
            return NullNode.getInstance();
        });
        exchange.send(202);
    }

    private void trigger(Exchange exchange) throws IOException {
        ObjectNode schedule = find(exchange);
        String asked = exchange.json().path("scheduleTime").asText("");
        Instant time;
        try {
            time = asked.isEmpty()
                    ? context.clock().instant()
                    : OffsetDateTime.parse(asked).toInstant();
        } catch (DateTimeParseException e) {
            throw HttpError.arm(400, "UserError", "scheduleTime '" + asked + "' is no ISO 8601 time.");
        }
        String job = fire(schedule, time);
        exchange.send(
                200,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("jobName", job)
                        .put("submissionId", job)
                        .put("scheduleActionType", CREATE_JOB)
                        .put(
                                "triggerType",
                                schedule.path("properties")
                                        .path("trigger")
                                        .path("triggerType")
                                        .asText()));
    }

    /** Makes the job of one time. */
    private String fire(ObjectNode schedule, Instant time) {
        ResourceId id = new ResourceId(schedule.path("id").asText());
        JsonNode action = schedule.path("properties").path("action");
        if (!action.path("actionType").asText().equalsIgnoreCase(CREATE_JOB)) {
            throw HttpError.arm(
                    400,
                    "NotEmulated",
                    "The action '" + action.path("actionType").asText()
                            + "' of a schedule is not emulated; CreateJob is.");
        }
        ObjectNode definition = action.path("jobDefinition").deepCopy();
        definition.withObject("/properties").put("azureml.scheduleName", id.name());
        String workspace = id.value().substring(0, id.value().length() - ("/schedules/" + id.name()).length());
        ResourceId job = new ResourceId(workspace).child("jobs", id.name() + "-" + Trigger.stamp(time));
        jobs.submit(job, definition);
        return job.name();
    }

    private void run() {
        try {
            while (!closed.await(1, TimeUnit.SECONDS)) {
                tick();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tick() {
        try {
            catchUp(CATCH_UP);
        } catch (RuntimeException e) {
            System.getLogger(ScheduleProvider.class.getName())
                    .log(System.Logger.Level.WARNING, "schedules were not looked at", e);
        }
    }

    /** Makes the jobs of all minutes since the last look, at most so far back. */
    private synchronized void catchUp(Duration most) {
        Instant now = context.clock().instant().truncatedTo(ChronoUnit.MINUTES);
        Instant from = last.truncatedTo(ChronoUnit.MINUTES);
        last = now;
        if (!from.isBefore(now)) {
            return;
        }
        List<Active> schedules = active();
        Instant earliest = now.minus(most);
        for (Instant minute = (from.isBefore(earliest) ? earliest : from).plus(1, ChronoUnit.MINUTES);
                !schedules.isEmpty() && !minute.isAfter(now);
                minute = minute.plus(1, ChronoUnit.MINUTES)) {
            for (Active schedule : schedules) {
                if (schedule.trigger().due(minute)) {
                    fireLogged(schedule.document(), minute);
                }
            }
        }
    }

    private record Active(ObjectNode document, Trigger trigger) {}

    private List<Active> active() {
        List<Active> schedules = new ArrayList<>();
        for (DocumentStore.Entry entry : context.store().list(ResourceStore.COLLECTION, "/subscriptions/")) {
            ObjectNode schedule = entry.document();
            if (schedule.path("type").asText().equals(TYPE) && enabled(schedule)) {
                Instant created = Instant.parse(
                        schedule.path("systemData").path("createdAt").asText());
                schedules.add(new Active(
                        schedule, Trigger.parse(schedule.path("properties").path("trigger"), created)));
            }
        }
        return schedules;
    }

    private void fireLogged(ObjectNode schedule, Instant minute) {
        try {
            fire(schedule, minute);
        } catch (HttpError e) {
            System.getLogger(ScheduleProvider.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "schedule " + schedule.path("name").asText() + ": " + e.body());
        }
    }
}
