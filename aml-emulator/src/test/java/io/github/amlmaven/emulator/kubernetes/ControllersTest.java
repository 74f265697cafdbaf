package io.github.amlmaven.emulator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.emulator.container.ContainerRuntime;
import io.github.amlmaven.emulator.container.ContainerSpec;
import io.github.amlmaven.emulator.store.DocumentStore;
import io.github.amlmaven.emulator.store.MvDocumentStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control plane as a thread. */
class ControllersTest {

    private static final Logger LOG = Logger.getLogger(Controllers.class.getName());

    private static final ContainerRuntime NO_CONTAINERS = new ContainerRuntime() {
        @Override
        public Container start(ContainerSpec spec) {
            throw new AssertionError("there are no pods here");
        }

        @Override
        public String isolation() {
            return "none";
        }

        @Override
        public void close() {}
    };

    private final List<LogRecord> warnings = new CopyOnWriteArrayList<>();
    private final CountDownLatch atWork = new CountDownLatch(1);
    private final CountDownLatch storeClosed = new CountDownLatch(1);

    @Test
    void oneThatIsAtWorkWhenTheStoreIsClosedIsNoFault(@TempDir Path folder) throws Exception {
        Handler handler = new WarningHandler();
        LOG.addHandler(handler);
        MvDocumentStore documents = MvDocumentStore.open(folder.resolve("state"));
        try {
            ObjectStore store = new ObjectStore(slow(documents), "late", Clock.systemUTC());
            Controllers controllers = new Controllers("late", store, NO_CONTAINERS, Clock.systemUTC());
            controllers.start();
            assertThat(atWork.await(20, TimeUnit.SECONDS)).isTrue();
            Thread thread = controlPlane();

            // The wait for the thread ends at once, as it does later when a controller takes longer than that.
            Thread.currentThread().interrupt();
            controllers.close();
            assertThat(Thread.interrupted()).isTrue();
            documents.close();
            storeClosed.countDown();

            thread.join(TimeUnit.SECONDS.toMillis(20));
            assertThat(thread.isAlive()).isFalse();
            assertThat(warnings).isEmpty();
        } finally {
            storeClosed.countDown();
            documents.close();
            LOG.removeHandler(handler);
        }
    }

    /** A store that is closed before it answers the controllers. */
    private DocumentStore slow(DocumentStore store) {
        return (DocumentStore) Proxy.newProxyInstance(
                DocumentStore.class.getClassLoader(),
                new Class<?>[] {DocumentStore.class},
                (self, method, arguments) -> {
                    if (Thread.currentThread().getName().equals("kubernetes-late")) {
                        atWork.countDown();
                        storeClosed.await();
                        throw new IllegalStateException("This store is closed");
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static Thread controlPlane() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("kubernetes-late"))
                .findFirst()
                .orElseThrow();
    }

    private final class WarningHandler extends Handler {
        @Override
        public void publish(LogRecord message) {
            if (message.getLevel().intValue() >= Level.WARNING.intValue()) {
                warnings.add(message);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
