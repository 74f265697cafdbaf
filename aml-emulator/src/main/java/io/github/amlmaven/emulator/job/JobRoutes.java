package io.github.amlmaven.emulator.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.Operations;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.job.access.WorkspacePath;
import io.github.amlmaven.emulator.job.engine.JobEngine;
import io.github.amlmaven.emulator.job.engine.JobSubmission;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.JobFailure;
import io.github.amlmaven.emulator.job.state.Jobs;
import io.github.amlmaven.emulator.spec.SpecValidator;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** {@code workspaces/{workspace}/jobs} in Resource Manager (2025-12-01, Jobs operations). */
final class JobRoutes {

    private static final String PROVIDER = "Microsoft.MachineLearningServices";
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]{0,254}");
    private static final List<String> FIXED = List.of("jobType", "command", "codeId", "environmentId", "componentId");
    private static final List<String> CHANGEABLE = List.of("tags", "isArchived", "displayName", "description");
    private static final int CANCEL_LIMIT_SECONDS = 120;

    private final boolean strict;
    private final ResourceStore resources;
    private final Operations operations;
    private final JobSubmission submission;
    private final Jobs jobs;
    private final JobEngine engine;

    JobRoutes(
            boolean strict,
            ResourceStore resources,
            Operations operations,
            JobSubmission submission,
            Jobs jobs,
            JobEngine engine) {
        this.strict = strict;
        this.resources = resources;
        this.operations = operations;
        this.submission = submission;
        this.jobs = jobs;
        this.engine = engine;
    }

    void declare(Routes routes) {
        String collection = WorkspacePath.TEMPLATE + "/jobs";
        String one = collection + "/{job}";
        routes.add("GET", collection, this::list);
        routes.add("GET", one, this::get);
        routes.add("PUT", one, this::put);
        routes.add("DELETE", one, this::delete);
        routes.add("POST", one + "/cancel", this::cancel);
    }

    private void list(Exchange exchange) throws IOException {
        ResourceId workspace = workspace(exchange);
        JobList.of(exchange).answer(exchange, workspace, jobs);
    }

    private void get(Exchange exchange) throws IOException {
        exchange.send(200, existing(exchange).shown());
    }

    private void put(Exchange exchange) throws IOException {
        ResourceId workspace = workspace(exchange);
        String name = exchange.variable("job");
        if (!NAME.matcher(name).matches()) {
            throw HttpError.arm(
                    400,
                    "UserError",
                    "Job name '" + name + "' must have 1 to 255 letters, digits, '_' or '-',"
                            + " and start with a letter or digit.");
        }
        ResourceId id = workspace.child("jobs", name);
        Optional<Job> present = jobs.find(id);
        JsonNode properties = body(exchange, present.map(Job::shown)).path("properties");
        if (!properties.isObject()) {
            throw HttpError.arm(400, "ValidationError", "The body has no properties.");
        }
        if (present.isPresent()) {
            exchange.send(200, change(present.get(), properties).shown());
            return;
        }
        try {
            exchange.send(
                    201,
                    submission.submit(id, (ObjectNode) properties, facts -> {}).shown());
        } catch (JobFailure e) {
            throw HttpError.arm(400, e.code(), e.getMessage());
        }
    }

    private JsonNode body(Exchange exchange, Optional<? extends JsonNode> present) throws IOException {
        return strict ? SpecValidator.check(PROVIDER, "JobBase", exchange.json(), present) : exchange.json();
    }

    private Job change(Job present, JsonNode properties) {
        for (String field : FIXED) {
            JsonNode sent = properties.path(field);
            if (sent.isValueNode()
                    && !sent.isNull()
                    && !sent.equals(present.properties().path(field))) {
                throw HttpError.arm(
                        409,
                        "UserError",
                        "A job with this name already exists. If you are trying to create a new"
                                + " job, use a different name. If you are trying to update an existing job, the existing job's "
                                + field + " cannot be changed.");
            }
        }
        return jobs.update(present.id(), stored -> {
            for (String field : CHANGEABLE) {
                if (properties.hasNonNull(field)) {
                    stored.properties().set(field, properties.get(field));
                }
            }
            if (properties.path("properties").isObject()) {
                ((ObjectNode) stored.properties().get("properties")).setAll((ObjectNode) properties.get("properties"));
            }
        });
    }

    private void delete(Exchange exchange) throws IOException {
        ResourceId id = workspace(exchange).child("jobs", exchange.variable("job"));
        Optional<Job> job = jobs.find(id);
        if (job.isEmpty()) {
            exchange.send(204);
            return;
        }
        if (!job.get().status().terminal()) {
            throw HttpError.arm(
                    409,
                    "Conflict",
                    "Job '" + id.name() + "' is " + job.get().status().text() + "; cancel it before deleting it.");
        }
        operations.start(exchange, Operations.Style.LOCATION, PROVIDER, id, () -> {
            jobs.children(job.get()).forEach(child -> jobs.delete(child.id()));
            jobs.delete(id);
            return JsonNodeFactory.instance.nullNode();
        });
        exchange.send(202);
    }

    private void cancel(Exchange exchange) throws IOException {
        Job job = existing(exchange);
        if (job.status().terminal()) {
            exchange.send(200);
            return;
        }
        operations.start(exchange, Operations.Style.LOCATION, PROVIDER, job.id(), () -> {
            engine.cancel(job.id());
            awaitEnd(job.id());
            return JsonNodeFactory.instance.nullNode();
        });
        exchange.send(202);
    }

    private void awaitEnd(ResourceId id) throws InterruptedException, ExecutionException {
        try {
            jobs.end(id).get(CANCEL_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw HttpError.arm(
                    500,
                    "CancelTimedOut",
                    "Job '" + id.name() + "' has not ended " + CANCEL_LIMIT_SECONDS + " s after it was asked to.");
        }
    }

    private ResourceId workspace(Exchange exchange) {
        return WorkspacePath.existing(exchange, resources);
    }

    private Job existing(Exchange exchange) {
        ResourceId id = workspace(exchange).child("jobs", exchange.variable("job"));
        return jobs.find(id)
                .orElseThrow(() -> HttpError.arm(
                        404,
                        "UserError",
                        "Job '" + id.name() + "' does not exist in workspace '"
                                + Job.workspaceOf(id).name() + "'."));
    }
}
