package io.github.amlmaven.emulator.job.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.job.data.DataLocations;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** All jobs, durable; the only place that changes a job's status. */
public final class Jobs {

    private final DocumentStore store;
    private final ResourceStore resources;
    private final Clock clock;
    private final MetricHistory metrics;
    private final AtomicLong sequence = new AtomicLong();
    private final JobIndex index = new JobIndex();
    private final Map<String, CompletableFuture<JobStatus>> ends = new ConcurrentHashMap<>();

    public Jobs(DocumentStore store, ResourceStore resources, Clock clock) {
        this.store = store;
        this.resources = resources;
        this.clock = clock;
        this.metrics = new MetricHistory(store);
        all().forEach(job -> {
            index.add(job);
            sequence.accumulateAndGet(job.sequence(), Math::max);
        });
    }

    /** All that jobs have measured. */
    public MetricHistory metrics() {
        return metrics;
    }

    /** The time now as run history writes it. */
    public String now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
    }

    public Optional<Job> find(ResourceId id) {
        return resources.get(id).map(document -> new Job(id, document));
    }

    public Job get(ResourceId id) {
        return find(id).orElseThrow(() -> new IllegalStateException("job " + id + " has been deleted"));
    }

    /** Stores a new job; its run's facts get number and time of creation. */
    public Job create(Job job) {
        job.run().put("sequence", sequence.incrementAndGet()).put("createdTimeUtc", now());
        resources.put(job.id(), job.document());
        index.add(job);
        return job;
    }

    /** Changes a job's document; its status is left alone. */
    public Job update(ResourceId id, Consumer<Job> change) {
        return new Job(id, resources.update(id, document -> {
            change.accept(new Job(id, document));
            return document;
        }));
    }

    public void delete(ResourceId id) {
        find(id).ifPresent(index::remove);
        metrics.delete(id);
        resources.delete(id);
    }

    /** Moves a job to another state; says no when its present state does not allow that. */
    public boolean move(ResourceId id, JobStatus to) {
        return move(id, to, job -> {});
    }

    /** Like {@link #move(ResourceId, JobStatus)}, with changes that are stored together with the state. */
    public boolean move(ResourceId id, JobStatus to, Consumer<Job> change) {
        boolean[] moved = {false};
        resources.update(id, document -> {
            Job job = new Job(id, document);
            if (job.status().mayBecome(to)) {
                moved[0] = true;
                job.properties().put("status", to.text());
                stamp(job, to);
                change.accept(job);
            }
            return document;
        });
        if (moved[0] && to.terminal()) {
            CompletableFuture<JobStatus> end = ends.remove(id.key());
            if (end != null) {
                end.complete(to);
            }
        }
        return moved[0];
    }

    /** Moves a job to an end state with an error, which may be absent. */
    public boolean finish(ResourceId id, JobStatus to, Optional<JobFailure> failure) {
        return move(
                id,
                to,
                job -> failure.ifPresent(why -> {
                    job.run().putObject("error").put("code", why.code()).put("message", why.getMessage());
                    job.properties().set("error", job.error().deepCopy());
                }));
    }

    /** Lets a run that a client outside had ended go on. */
    public Job reopen(ResourceId id) {
        return update(id, job -> {
            if (job.interactive()) {
                job.properties().put("status", JobStatus.RUNNING.text());
                job.run().remove("endTimeUtc");
            }
        });
    }

    /** Done when the job has reached an end state. */
    public CompletableFuture<JobStatus> end(ResourceId id) {
        CompletableFuture<JobStatus> end = ends.computeIfAbsent(id.key(), key -> new CompletableFuture<>());
        find(id).map(Job::status).filter(JobStatus::terminal).ifPresent(status -> {
            end.complete(status);
            ends.remove(id.key());
        });
        return end;
    }

    /** A workspace's jobs, newest first. */
    public List<Job> in(ResourceId workspace) {
        return resources.children(workspace, "jobs").stream()
                .map(Jobs::job)
                .sorted(newestFirst())
                .toList();
    }

    /**
     * A workspace's jobs that are no steps of others, newest first, each read when it is asked for.
     *
     * @param before the sequence that theirs must be below
     */
    public Stream<Job> listed(ResourceId workspace, long before) {
        return read(index.newest(workspace, "", before));
    }

    /** The steps of a pipeline job, oldest first. */
    public List<Job> children(Job pipeline) {
        List<Job> newest = new ArrayList<>(read(index.newest(pipeline.workspace(), pipeline.name(), Long.MAX_VALUE))
                .toList());
        Collections.reverse(newest);
        return newest;
    }

    /** A name may have been given again since the index has heard of it. */
    private Stream<Job> read(Stream<JobIndex.Entry> entries) {
        return entries.flatMap(entry -> find(entry.id()).filter(job -> job.sequence() == entry.sequence()).stream());
    }

    /** Jobs of all workspaces, oldest first. */
    public List<Job> all() {
        return store.list(ResourceStore.COLLECTION, "/subscriptions/").stream()
                .filter(entry -> entry.key().contains("/workspaces/"))
                .filter(entry -> entry.document()
                        .path("type")
                        .asText()
                        .toLowerCase(Locale.ROOT)
                        .equals(JobDocuments.TYPE.toLowerCase(Locale.ROOT)))
                .map(entry -> job(entry.document()))
                .sorted(newestFirst().reversed())
                .toList();
    }

    /** A workspace by name, the first one found. */
    public Optional<ResourceId> workspace(String name) {
        return store.list(ResourceStore.COLLECTION, "/subscriptions/").stream()
                .filter(entry -> entry.key().endsWith("/workspaces/" + name.toLowerCase(Locale.ROOT)))
                .map(entry -> new ResourceId(entry.document().path("id").asText()))
                .filter(id -> !id.segment("Microsoft.MachineLearningServices").isEmpty())
                .map(DataLocations::workspaceOf)
                .findFirst();
    }

    private void stamp(Job job, JobStatus to) {
        JsonNode shown = job.properties().path("properties");
        if (to == JobStatus.RUNNING) {
            job.run().put("startTimeUtc", now());
            ((ObjectNode) shown)
                    .put("StartTimeUtc", job.run().path("startTimeUtc").asText());
        } else if (to.terminal()) {
            job.run().put("endTimeUtc", now());
            ((ObjectNode) shown).put("EndTimeUtc", job.run().path("endTimeUtc").asText());
        }
    }

    private static Job job(ObjectNode document) {
        return new Job(new ResourceId(document.path("id").asText()), document);
    }

    private static Comparator<Job> newestFirst() {
        return Comparator.comparingLong(Job::sequence).reversed();
    }
}
