package io.github.amlmaven.emulator;

import io.github.amlmaven.emulator.http.BrowserGuard;
import io.github.amlmaven.emulator.http.FaultRules;
import io.github.amlmaven.emulator.http.Handler;
import io.github.amlmaven.emulator.http.Listeners;
import io.github.amlmaven.emulator.http.RequestLog;
import io.github.amlmaven.emulator.http.RouteTable;
import io.github.amlmaven.emulator.service.MovableClock;
import io.github.amlmaven.emulator.store.DocumentStore;
import io.github.amlmaven.emulator.store.MvDocumentStore;
import io.github.amlmaven.emulator.tls.ServerCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;

/** What all providers stand on: the locked store, the certificate, threads, routes and listeners. */
record Floor(
        DocumentStore store,
        MovableClock clock,
        Beside<ServerCertificate> certificate,
        ExecutorService executor,
        RouteTable routes,
        RequestLog requests,
        List<Handler> guards,
        FaultRules faults,
        Listeners listeners) {

    /** Locks the home and prepares; opens no port. */
    static Floor open(Path home) throws IOException {
        DocumentStore store = openStore(home);
        try {
            MovableClock clock = new MovableClock();
            ExecutorService executor = Executors.newCachedThreadPool(daemons());
            // Only now that the home is locked: two starts there must not each make one.
            Beside<ServerCertificate> certificate =
                    Beside.begin(executor, () -> ServerCertificate.in(home, clock.instant()));
            RouteTable routes = new RouteTable();
            RequestLog requests = new RequestLog();
            List<Handler> guards = new CopyOnWriteArrayList<>(List.of(new BrowserGuard()));
            FaultRules faults = new FaultRules();
            Listeners listeners = new Listeners(
                    routes, requests, guards, faults, () -> ready(certificate).serverContext(), executor);
            return new Floor(store, clock, certificate, executor, routes, requests, guards, faults, listeners);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** After a start that failed. */
    void close() {
        listeners.close();
        certificate.settle();
        executor.shutdownNow();
        store.close();
    }

    private static DocumentStore openStore(Path home) throws IOException {
        try {
            return MvDocumentStore.open(home.resolve("state.mv"));
        } catch (MVStoreException e) {
            if (e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
                throw new IOException(
                        "another emulator uses " + home + " (" + Descriptor.describe(home)
                                + "); stop it or give another home",
                        e);
            }
            throw new IOException("cannot open the emulator's state in " + home + ": " + e.getMessage(), e);
        }
    }

    /** For those who ask when the emulator has started, which it does not without. */
    static ServerCertificate ready(Beside<ServerCertificate> certificate) {
        try {
            return certificate.get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ThreadFactory daemons() {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, "aml-emulator-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
