package io.github.amlmaven.emulator.storage;

import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.identity.TokenAuthority;
import io.github.amlmaven.emulator.storage.QueueStore.QueueMessage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamException;

/**
 * The Queue data plane, addressed like the Blob service: in host style ({@code https://account.queue.localhost:port/queue}),
 * and in path style at a port of its own, since the two services' paths cannot be told apart.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/queue-service-rest-api">Queue service REST API</a>
 */
final class QueueService {

    private static final Pattern QUEUE = Pattern.compile("(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*");
    private static final int MOST_MESSAGES = 32;
    private static final int MOST_BYTES = 65_536;
    private static final long WEEK_SECONDS = Duration.ofDays(7).toSeconds();
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Queues queues;
    private final BlobAuthorization authorization;
    private final int port;

    QueueService(Queues queues, TokenAuthority tokens, Clock clock, int port) {
        this.queues = queues;
        this.authorization = new BlobAuthorization(queues.accounts(), tokens, clock);
        this.port = port;
    }

    /** Whether a request in path style is for this service. */
    boolean takes(Exchange exchange) {
        return exchange.base().getPort() == port;
    }

    /**
     * Answers.
     *
     * @param request with the queue as its container, and what comes behind it as its name
     * @param keys of the request's account
     */
    void handle(BlobRequest request, Accounts.Keys keys) throws IOException {
        if (request.exchange().query("sig").isPresent()) {
            throw StorageErrors.authenticationFailed("Signatures (SAS) are not emulated for queues.");
        }
        authorization.authorize(request, keys);
        String queue = request.container();
        if (queue.isEmpty()) {
            service(request);
        } else if (!QUEUE.matcher(queue).matches()) {
            throw StorageErrors.of(
                    400, "InvalidResourceName", "The specified resource name contains invalid characters.");
        } else if (request.name().isEmpty()) {
            queue(request);
        } else {
            requireQueue(request);
            String[] path = request.name().split("/", -1);
            if (!path[0].equalsIgnoreCase("messages") || path.length > 2) {
                throw unsupported(request);
            } else if (path.length == 1) {
                messages(request);
            } else {
                message(request, path[1]);
            }
        }
    }

    private static HttpError unsupported(BlobRequest request) {
        return StorageErrors.of(
                400,
                "UnsupportedHttpVerb",
                request.exchange().method() + " " + request.exchange().rawPath() + " is not supported.");
    }

    private void requireQueue(BlobRequest request) {
        if (queues.metadata(request.account(), request.container()).isEmpty()) {
            throw StorageErrors.of(404, "QueueNotFound", "The specified queue does not exist.");
        }
    }

    private void service(BlobRequest request) throws IOException {
        if (!request.exchange().method().equals("GET") || !request.comp().equals("list")) {
            throw unsupported(request);
        }
        String prefix = request.exchange().query("prefix").orElse("");
        Xml xml = new Xml()
                .open("EnumerationResults", "ServiceEndpoint", request.endpoint())
                .leaf("Prefix", prefix)
                .open("Queues");
        for (String name : queues.names(request.account(), prefix)) {
            xml.open("Queue").leaf("Name", name).close("Queue");
        }
        send(request, 200, xml.close("Queues").leaf("NextMarker", "").close("EnumerationResults"));
    }

    private static void send(BlobRequest request, int status, Xml xml) throws IOException {
        request.exchange().send(status, "application/xml", xml.bytes());
    }

    private void queue(BlobRequest request) throws IOException {
        switch (request.exchange().method() + " " + request.comp()) {
            case "PUT " -> create(request);
            case "DELETE " -> {
                requireQueue(request);
                queues.deleteQueue(request.account(), request.container());
                request.exchange().send(204);
            }
            case "GET metadata", "HEAD metadata" -> {
                requireQueue(request);
                queues.metadata(request.account(), request.container())
                        .orElseThrow()
                        .forEach((name, value) -> request.exchange().setHeader("x-ms-meta-" + name, value));
                request.exchange()
                        .setHeader(
                                "x-ms-approximate-messages-count",
                                Integer.toString(queues.count(request.account(), request.container())));
                request.exchange().send(200);
            }
            case "PUT metadata" -> {
                requireQueue(request);
                queues.setMetadata(request.account(), request.container(), request.metadata());
                request.exchange().send(204);
            }
            default -> throw unsupported(request);
        }
    }

    private void create(BlobRequest request) throws IOException {
        if (queues.create(request.account(), request.container(), request.metadata())) {
            request.exchange().send(201);
        } else if (queues.metadata(request.account(), request.container()).equals(Optional.of(request.metadata()))) {
            request.exchange().send(204);
        } else {
            throw StorageErrors.of(409, "QueueAlreadyExists", "The specified queue already exists.");
        }
    }

    private void messages(BlobRequest request) throws IOException {
        Exchange exchange = request.exchange();
        String account = request.account();
        String queue = request.container();
        switch (exchange.method()) {
            case "POST" -> {
                QueueMessage put = queues.put(
                        account,
                        queue,
                        text(request).orElseThrow(QueueService::invalidXml),
                        Duration.ofSeconds(number(exchange, "visibilitytimeout", 0, 0, WEEK_SECONDS)),
                        Duration.ofSeconds(number(exchange, "messagettl", WEEK_SECONDS, -1, Integer.MAX_VALUE)));
                send(request, 201, list(List.of(put), QueueService::receipt));
            }
            case "GET" -> {
                int most = (int) number(exchange, "numofmessages", 1, 1, MOST_MESSAGES);
                if (exchange.query("peekonly").orElse("").equalsIgnoreCase("true")) {
                    send(request, 200, list(queues.peek(account, queue, most), QueueService::content));
                } else {
                    Duration hidden = Duration.ofSeconds(number(exchange, "visibilitytimeout", 30, 1, WEEK_SECONDS));
                    send(request, 200, list(queues.take(account, queue, most, hidden), (xml, message) -> {
                        receipt(xml, message);
                        content(xml, message);
                    }));
                }
            }
            case "DELETE" -> {
                queues.clear(account, queue);
                exchange.send(204);
            }
            default -> throw unsupported(request);
        }
    }

    private static Xml list(List<QueueMessage> messages, BiConsumer<Xml, QueueMessage> rest) {
        Xml xml = new Xml().open("QueueMessagesList");
        for (QueueMessage message : messages) {
            xml.open("QueueMessage")
                    .leaf("MessageId", message.id())
                    .leaf("InsertionTime", DATE.format(message.inserted()))
                    .leaf("ExpirationTime", DATE.format(message.expires()));
            rest.accept(xml, message);
            xml.close("QueueMessage");
        }
        return xml.close("QueueMessagesList");
    }

    private static void receipt(Xml xml, QueueMessage message) {
        xml.leaf("PopReceipt", message.receipt()).leaf("TimeNextVisible", DATE.format(message.visible()));
    }

    private static void content(Xml xml, QueueMessage message) {
        xml.leaf("DequeueCount", Integer.toString(message.taken())).leaf("MessageText", message.text());
    }

    private void message(BlobRequest request, String id) throws IOException {
        Exchange exchange = request.exchange();
        String receipt = exchange.query("popreceipt")
                .orElseThrow(() -> StorageErrors.of(
                        400,
                        "MissingRequiredQueryParameter",
                        "A required query parameter was not specified for this request: popreceipt"));
        switch (exchange.method()) {
            case "DELETE" -> {
                require(queues.delete(request.account(), request.container(), id, receipt));
                exchange.send(204);
            }
            case "PUT" -> {
                Duration hidden = Duration.ofSeconds(number(exchange, "visibilitytimeout", 0, 0, WEEK_SECONDS));
                Queues.Updated updated =
                        queues.update(request.account(), request.container(), id, receipt, text(request), hidden);
                require(updated.outcome());
                QueueMessage message = updated.message().orElseThrow();
                exchange.setHeader("x-ms-popreceipt", message.receipt());
                exchange.setHeader("x-ms-time-next-visible", DATE.format(message.visible()));
                exchange.send(204);
            }
            default -> throw unsupported(request);
        }
    }

    private static void require(Queues.Outcome outcome) {
        if (outcome == Queues.Outcome.NOT_FOUND) {
            throw StorageErrors.of(404, "MessageNotFound", "The specified message does not exist.");
        }
        if (outcome == Queues.Outcome.RECEIPT_MISMATCH) {
            throw StorageErrors.of(
                    400,
                    "PopReceiptMismatch",
                    "The specified pop receipt did not match the pop receipt for a dequeued message.");
        }
    }

    /** The text of a message in a request's body; empty when there is no body. */
    private static Optional<String> text(BlobRequest request) throws IOException {
        byte[] body = request.exchange().body().readNBytes(2 * MOST_BYTES);
        if (body.length == 0) {
            return Optional.empty();
        }
        try {
            Optional<String> text = Xml.leaves(new java.io.ByteArrayInputStream(body)).stream()
                    .filter(leaf -> leaf.name().equals("MessageText"))
                    .map(Xml.Leaf::text)
                    .findFirst();
            if (text.isPresent() && text.get().length() > MOST_BYTES) {
                throw StorageErrors.of(
                        413,
                        "RequestBodyTooLarge",
                        "The request body is too large and exceeds the maximum permissible limit.");
            }
            return text;
        } catch (XMLStreamException e) {
            throw invalidXml();
        }
    }

    private static HttpError invalidXml() {
        return StorageErrors.of(400, "InvalidXmlDocument", "XML specified is not syntactically valid.");
    }

    private static long number(Exchange exchange, String name, long otherwise, long least, long most) {
        Optional<String> given = exchange.query(name);
        if (given.isEmpty()) {
            return otherwise;
        }
        if (!given.get().matches("-?[0-9]{1,10}")) {
            throw StorageErrors.invalidQuery(name);
        }
        long value = Long.parseLong(given.get());
        if (value < least || value > most) {
            throw StorageErrors.of(
                    400,
                    "OutOfRangeQueryParameterValue",
                    "One of the query parameters specified in the request URI is outside the permissible range: "
                            + name);
        }
        return value;
    }
}
