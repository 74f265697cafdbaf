package io.github.amlmaven.emulator.job.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.store.DocumentStore;
import io.github.amlmaven.emulator.store.MvDocumentStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A list of jobs costs what it shows, whatever else is in the store. */
class JobsTest {

    private static final ResourceId WORKSPACE = new ResourceId(
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w");

    @Test
    void aPageReadsTheJobsOnItAndNoOthers(@TempDir Path directory) {
        AtomicInteger reads = new AtomicInteger();
        try (DocumentStore store = counting(MvDocumentStore.open(directory.resolve("state")), reads)) {
            Jobs jobs = jobs(store);
            for (int i = 1; i <= 300; i++) {
                jobs.create(job("j" + i, ""));
            }
            for (int i = 1; i <= 5; i++) {
                jobs.create(job("step" + i, "j300"));
            }
            reads.set(0);

            assertThat(jobs.listed(WORKSPACE, Long.MAX_VALUE).limit(20)).hasSize(20);
            assertThat(reads).hasValue(20);
            assertThat(names(jobs.listed(WORKSPACE, 4).toList())).containsExactly("j3", "j2", "j1");

            reads.set(0);
            Job pipeline = jobs.get(WORKSPACE.child("jobs", "j300"));
            assertThat(names(jobs.children(pipeline))).containsExactly("step1", "step2", "step3", "step4", "step5");
            assertThat(reads).hasValue(6);
        }
    }

    @Test
    void theListIsThatOfTheStoreAfterARestartAndAfterDeletions(@TempDir Path directory) {
        try (DocumentStore store = MvDocumentStore.open(directory.resolve("state"))) {
            Jobs jobs = jobs(store);
            jobs.create(job("a", ""));
            jobs.create(job("b", ""));
            jobs.create(job("c", ""));
            jobs.delete(WORKSPACE.child("jobs", "b"));
            assertThat(names(jobs.listed(WORKSPACE, Long.MAX_VALUE).toList())).containsExactly("c", "a");

            new ResourceStore(store).delete(WORKSPACE.child("jobs", "c"));
            jobs.create(job("c", ""));
            assertThat(names(jobs.listed(WORKSPACE, Long.MAX_VALUE).toList())).containsExactly("c", "a");

            Jobs again = jobs(store);
            assertThat(names(again.listed(WORKSPACE, Long.MAX_VALUE).toList())).containsExactly("c", "a");
            assertThat(again.create(job("d", "")).sequence()).isEqualTo(5);
        }
    }

    private static Jobs jobs(DocumentStore store) {
        return new Jobs(store, new ResourceStore(store), Clock.systemUTC());
    }

    private static List<String> names(List<Job> jobs) {
        return jobs.stream().map(Job::name).toList();
    }

    private static Job job(String name, String parent) {
        ResourceId id = WORKSPACE.child("jobs", name);
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("id", id.toString()).put("name", name).put("type", JobDocuments.TYPE);
        document.putObject("properties").put("status", "Queued");
        document.putObject(Job.RUN).put("parent", parent);
        return new Job(id, document);
    }

    /** Counts what is read one by one; lists are read once, at the start. */
    private static DocumentStore counting(DocumentStore store, AtomicInteger reads) {
        return (DocumentStore) Proxy.newProxyInstance(
                JobsTest.class.getClassLoader(), new Class<?>[] {DocumentStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("get") || method.getName().equals("list")) {
                        reads.incrementAndGet();
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
