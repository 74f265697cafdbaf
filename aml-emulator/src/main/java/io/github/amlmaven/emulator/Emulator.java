package io.github.amlmaven.emulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.EmulatorContext.Endpoints;
import io.github.amlmaven.emulator.admin.AdminProvider;
import io.github.amlmaven.emulator.http.Listeners;
import io.github.amlmaven.emulator.http.RequestLog;
import io.github.amlmaven.emulator.http.RouteTable;
import io.github.amlmaven.emulator.store.DocumentStore;
import io.github.amlmaven.emulator.store.MvDocumentStore;
import io.github.amlmaven.emulator.tls.OwnerOnlyFile;
import io.github.amlmaven.emulator.tls.ServerCertificate;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;

/** A running emulator. State stays in its home; closing it and starting again there goes on where it was. */
public final class Emulator implements AutoCloseable {

    private final EmulatorContext context;
    private final ServerCertificate certificate;
    private final Listeners listeners;
    private final RequestLog requests;
    private final List<Provider> providers = new ArrayList<>();
    private final Descriptor descriptor;
    private boolean closed;

    private Emulator(EmulatorOptions options, Runnable stop) throws IOException {
        OwnerOnlyFile.directories(options.home());
        Clock clock = Clock.systemUTC();
        DocumentStore store = openStore(options.home());
        this.certificate = ServerCertificate.in(options.home(), clock.instant());
        ExecutorService executor = Executors.newCachedThreadPool(daemons());
        RouteTable routes = new RouteTable();
        this.requests = new RequestLog();
        this.listeners = new Listeners(routes, requests, List.of(), certificate.serverContext(), executor);
        this.context = new EmulatorContext(
                store,
                OwnerOnlyFile.directories(options.home().resolve("files")),
                clock,
                executor,
                listen(options, store),
                options);
        this.descriptor = new Descriptor(context, certificate.pem());

        providers.add(new AdminProvider(context, requests, stop));

        providers.forEach(provider -> provider.declare(routes));
        providers.forEach(Provider::resume);
    }

    /**
     * Starts an emulator in this JVM, on daemon threads.
     *
     * @throws IOException when the home cannot be used, for example because another emulator uses it
     */
    public static Emulator start(EmulatorOptions options) throws IOException {
        return start(options, () -> {});
    }

    /** @param stop what {@code POST /_emulator/stop} does */
    static Emulator start(EmulatorOptions options, Runnable stop) throws IOException {
        Emulator emulator = new Emulator(options, stop);
        emulator.listeners.start();
        emulator.descriptor.write();
        return emulator;
    }

    public Endpoints endpoints() {
        return context.endpoints();
    }

    /** The self-signed certificate of the HTTPS listener, for a client's trust store. */
    public X509Certificate certificate() {
        return certificate.certificate();
    }

    /** The same as PEM file. */
    public Path certificatePem() {
        return certificate.pem();
    }

    public Path home() {
        return context.options().home();
    }

    public EmulatorOptions options() {
        return context.options();
    }

    /** What clients asked for. */
    public RequestLog requests() {
        return requests;
    }

    /** Stops listening, ends processes, closes the store. Doing it twice does nothing more. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        descriptor.delete();
        listeners.close();
        for (int i = providers.size() - 1; i >= 0; i--) {
            providers.get(i).close();
        }
        context.executor().shutdownNow();
        context.store().close();
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

    /** Takes the ports asked for, else those of the last start, else free ones, and remembers them. */
    private Endpoints listen(EmulatorOptions options, DocumentStore store) {
        ObjectNode last = store.get("emulator", "ports").orElseGet(JsonNodeFactory.instance::objectNode);
        int https = listeners.open(
                true, wanted(options.httpsPort(), last.path("https").asInt()));
        int http = listeners.open(
                false, wanted(options.httpPort(), last.path("http").asInt()));
        if (last.path("https").asInt() != https || last.path("http").asInt() != http) {
            store.put("emulator", "ports", last.put("https", https).put("http", http));
        }
        return new Endpoints(URI.create("https://localhost:" + https), URI.create("http://localhost:" + http));
    }

    private static int wanted(int asked, int last) {
        return asked != 0 ? asked : last;
    }

    private static java.util.concurrent.ThreadFactory daemons() {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, "aml-emulator-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
