package io.github.amlmaven.emulator.storage;

import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.identity.TokenAuthority;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The Blob data plane of all storage accounts, in host style ({@code https://account.blob.localhost:port/container/blob})
 * and in path style ({@code https://localhost:port/account/container/blob}), and beside it that of queues.
 */
public final class BlobProvider implements Provider {

    private static final Logger LOG = System.getLogger(BlobProvider.class.getName());
    private static final String HOST_SUFFIX = ".blob.localhost";
    private static final String QUEUE_SUFFIX = ".queue.localhost";
    private static final String METHODS = "GET|HEAD|PUT|POST|DELETE";
    private static final Pattern CONTAINER = Pattern.compile("[a-z0-9](?:[a-z0-9]|-(?!-)){1,61}[a-z0-9]");
    private static final Pattern SPECIAL_CONTAINER = Pattern.compile("\\$root|\\$logs|\\$web");
    private static final String VERSION = "2026-10-06";

    private final Blobs blobs;
    private final QueueService queues;
    private final BlobAuthorization authorization;
    private final EmulatorContext context;
    private final ServiceOperations service;
    private final ContainerOperations containers;
    private final BlobOperations contents;
    private final BlockOperations blocks;
    private final CopyOperations copies;

    /** @param queuePort where requests in path style are for queues */
    public BlobProvider(EmulatorContext context, Blobs blobs, Queues queues, TokenAuthority tokens, int queuePort) {
        this.queues = new QueueService(queues, tokens, context.clock(), queuePort);
        this.context = context;
        this.blobs = blobs;
        this.authorization = new BlobAuthorization(blobs.accounts(), tokens, context.clock());
        this.service = new ServiceOperations(blobs);
        this.containers = new ContainerOperations(blobs);
        this.contents = new BlobOperations(blobs);
        this.blocks = new BlockOperations(blobs);
        this.copies = new CopyOperations(blobs, authorization);
    }

    @Override
    public void declare(Routes routes) {
        routes.add(METHODS, "/{account}", e -> handle(pathStyle(e, "", "")));
        routes.add(METHODS, "/{account}/{container}", e -> handle(pathStyle(e, e.variable("container"), "")));
        routes.add(
                METHODS,
                "/{account}/{container}/{blob...}",
                e -> handle(pathStyle(e, e.variable("container"), e.variable("blob"))));
        routes.addForHostSuffix(HOST_SUFFIX, METHODS, "/", e -> handle(hostStyle(e, "", "")));
        routes.addForHostSuffix(
                HOST_SUFFIX, METHODS, "/{container}", e -> handle(hostStyle(e, e.variable("container"), "")));
        routes.addForHostSuffix(
                HOST_SUFFIX,
                METHODS,
                "/{container}/{blob...}",
                e -> handle(hostStyle(e, e.variable("container"), e.variable("blob"))));
        routes.addForHostSuffix(QUEUE_SUFFIX, METHODS, "/", e -> handle(queue(e, "", "")));
        routes.addForHostSuffix(QUEUE_SUFFIX, METHODS, "/{queue}", e -> handle(queue(e, e.variable("queue"), "")));
        routes.addForHostSuffix(
                QUEUE_SUFFIX,
                METHODS,
                "/{queue}/{messages...}",
                e -> handle(queue(e, e.variable("queue"), e.variable("messages"))));
    }

    /** Removes what a kill left behind, in the background. */
    @Override
    public void resume() {
        Instant started = Instant.now();
        context.executor().execute(() -> {
            try {
                blobs.sweep(started);
            } catch (IOException | UncheckedIOException e) {
                LOG.log(Level.WARNING, "cannot remove unused content files", e);
            }
        });
    }

    private static BlobRequest pathStyle(Exchange exchange, String container, String blob) {
        return new BlobRequest(exchange, exchange.variable("account").toLowerCase(Locale.ROOT), container, blob, true);
    }

    private static BlobRequest hostStyle(Exchange exchange, String container, String blob) {
        return hostStyle(exchange, HOST_SUFFIX, container, blob);
    }

    private static BlobRequest queue(Exchange exchange, String queue, String rest) {
        return hostStyle(exchange, QUEUE_SUFFIX, queue, rest);
    }

    private static BlobRequest hostStyle(Exchange exchange, String suffix, String container, String name) {
        String host = exchange.host();
        String account = host.substring(0, host.length() - suffix.length());
        return new BlobRequest(exchange, account, container, name, false);
    }

    private void handle(BlobRequest request) throws IOException {
        Exchange exchange = request.exchange();
        // Every path that nobody else serves ends here; only a known account makes it a Blob request.
        Accounts.Keys keys = blobs.accounts()
                .keys(request.account())
                .orElseThrow(() -> HttpError.arm(404, "NotFound", "Nothing is served at " + exchange.rawPath() + "."));
        exchange.setHeader("x-ms-version", exchange.header("x-ms-version").orElse(VERSION));
        boolean queue = exchange.host().endsWith(QUEUE_SUFFIX) || (request.pathStyle() && queues.takes(exchange));
        exchange.setHeader("Server", "Windows-Azure-" + (queue ? "Queue" : "Blob") + "/1.0 Microsoft-HTTPAPI/2.0");
        try {
            if (queue) {
                queues.handle(request, keys);
                return;
            }
            BlobAuthorization.Caller caller = authorization.authorize(request, keys);
            dispatch(request, caller);
        } catch (HttpError e) {
            drain(exchange);
            throw e;
        }
    }

    /** An answer before the end of the body would reach the client as a broken connection. */
    private static void drain(Exchange exchange) throws IOException {
        ContentFiles.copy(exchange.body(), OutputStream.nullOutputStream());
    }

    private void dispatch(BlobRequest request, BlobAuthorization.Caller caller) throws IOException {
        if (request.container().isEmpty()) {
            service.handle(request, caller);
            return;
        }
        if (!CONTAINER.matcher(request.container()).matches()
                && !SPECIAL_CONTAINER.matcher(request.container()).matches()) {
            throw StorageErrors.of(
                    400, "InvalidResourceName", "The specified resource name contains invalid characters.");
        }
        if (request.name().isEmpty()) {
            containers.handle(request);
            return;
        }
        if (request.name().length() > 1024 || request.name().indexOf('\u0000') >= 0) {
            throw StorageErrors.of(
                    400, "InvalidUri", "The requested URI does not represent any resource on the server.");
        }
        if (!blobs.hasContainer(request.account(), request.container())) {
            throw StorageErrors.containerNotFound();
        }
        boolean copy = request.exchange().header("x-ms-copy-source").isPresent();
        if (request.comp().startsWith("block")) {
            blocks.handle(request, caller);
        } else if (copy
                && request.comp().isEmpty()
                && request.exchange().method().equals("PUT")) {
            copies.copy(request, caller);
        } else {
            contents.handle(request, caller);
        }
    }
}
