package io.github.amlmaven.emulator.registry;

import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.registry.Registries.Registry;
import io.github.amlmaven.emulator.storage.ByteRange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Blobs of the distribution API: check, pull, push whole or in chunks, mount, delete. */
final class BlobEndpoint {

    private static final String BLOB = "/v2/{repository...}/blobs/{digest}";
    private static final String UPLOADS = "/v2/{repository...}/blobs/uploads";
    private static final Pattern CONTENT_RANGE = Pattern.compile("(?:bytes[ =])?(\\d{1,18})-(\\d{1,18})(?:/.*)?");

    private final Repositories repositories;
    private final Uploads uploads;
    private final RegistryAccess access;
    private final PullThrough pullThrough;

    BlobEndpoint(Repositories repositories, Uploads uploads, RegistryAccess access, PullThrough pullThrough) {
        this.repositories = repositories;
        this.uploads = uploads;
        this.access = access;
        this.pullThrough = pullThrough;
    }

    void declare(Routes routes) {
        routes.add("GET|HEAD", BLOB, this::get);
        routes.add("DELETE", BLOB, this::delete);
        routes.add("POST", UPLOADS, exchange -> Body.drainOnError(exchange, this::start));
        routes.add("GET", UPLOADS + "/{id}", this::status);
        routes.add("PATCH", UPLOADS + "/{id}", exchange -> Body.drainOnError(exchange, this::append));
        routes.add("PUT", UPLOADS + "/{id}", exchange -> Body.drainOnError(exchange, this::finish));
        routes.add("DELETE", UPLOADS + "/{id}", this::cancel);
    }

    private Repository repository(Exchange exchange, String action) {
        String name = ImageName.repository(exchange.variable("repository"));
        Registry registry = access.require(exchange, "repository", name, action);
        return new Repository(registry.name(), name);
    }

    private void get(Exchange exchange) throws IOException {
        String digest = ImageName.digest(exchange.variable("digest"));
        Repository repository = repository(exchange, "pull");
        if (!repositories.readable(repository, digest) && !pullThrough.blob(repository, digest)) {
            throw OciErrors.blobUnknown(digest);
        }
        exchange.setHeader("Docker-Content-Digest", digest);
        exchange.setHeader("ETag", "\"" + digest + "\"");
        exchange.setHeader("Accept-Ranges", "bytes");
        Path file = repositories.content().path(digest);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long total = channel.size();
            HttpError unsatisfiable = OciErrors.of(416, "RANGE_INVALID", "invalid content range");
            Optional<ByteRange> range = ByteRange.parse(exchange.header("Range").orElse(""), total, unsatisfiable);
            range.ifPresent(part -> exchange.setHeader("Content-Range", part.contentRange(total)));
            long first = range.map(ByteRange::first).orElse(0L);
            long length = range.map(ByteRange::length).orElse(total);
            int status = range.isPresent() ? 206 : 200;
            try (OutputStream out = exchange.stream(status, "application/octet-stream", length)) {
                if (exchange.method().equals("GET")) {
                    copy(channel, first, length, out);
                }
            }
        }
    }

    private static void copy(FileChannel channel, long first, long length, OutputStream out) throws IOException {
        byte[] buffer = new byte[ContentStore.BUFFER];
        channel.position(first);
        long left = length;
        while (left > 0) {
            int n = channel.read(ByteBuffer.wrap(buffer, 0, (int) Math.min(buffer.length, left)));
            if (n < 0) {
                throw new IOException("blob file became shorter");
            }
            out.write(buffer, 0, n);
            left -= n;
        }
    }

    private void delete(Exchange exchange) throws IOException {
        String digest = ImageName.digest(exchange.variable("digest"));
        Repository repository = repository(exchange, "delete");
        if (!repositories.unlinkBlob(repository, digest)) {
            throw OciErrors.blobUnknown(digest);
        }
        exchange.setHeader("Docker-Content-Digest", digest);
        exchange.send(202);
    }

    private void start(Exchange exchange) throws IOException {
        Repository repository = repository(exchange, "push");
        Optional<String> mount = exchange.query("mount");
        if (mount.isPresent() && mounted(exchange, repository, mount.get())) {
            created(exchange, repository, mount.get());
            return;
        }
        Uploads.Session session = uploads.start(repository);
        Optional<String> digest = exchange.query("digest");
        if (digest.isPresent()) {
            complete(exchange, session, ImageName.digest(digest.get()));
            return;
        }
        progress(exchange, session);
        exchange.send(202);
    }

    /** Links a blob of another repository that the client may read; else the client has to upload it. */
    private boolean mounted(Exchange exchange, Repository repository, String digest) {
        ImageName.digest(digest);
        String from = exchange.query("from").orElse("");
        if (from.isEmpty()) {
            return false;
        }
        Registry registry = access.registry(exchange);
        Repository source = new Repository(registry.name(), from);
        boolean may = access.allowed(exchange, registry, "repository", from, "pull");
        if (!may || !repositories.hasBlob(source, digest)) {
            return false;
        }
        repositories.linkBlob(repository, digest);
        return true;
    }

    private Uploads.Session session(Exchange exchange) throws IOException {
        Repository repository = repository(exchange, "push");
        return uploads.find(exchange.variable("id"), repository)
                .orElseThrow(() -> OciErrors.of(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry"));
    }

    private void status(Exchange exchange) throws IOException {
        progress(exchange, session(exchange));
        exchange.send(204);
    }

    private void append(Exchange exchange) throws IOException {
        Uploads.Session session = session(exchange);
        checkOffset(exchange, session);
        session.append(exchange.body(), Body.announced(exchange));
        progress(exchange, session);
        exchange.send(202);
    }

    private static void checkOffset(Exchange exchange, Uploads.Session session) {
        Optional<String> range = exchange.header("Content-Range");
        if (range.isEmpty()) {
            return;
        }
        Matcher matcher = CONTENT_RANGE.matcher(range.get().strip());
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) != session.length()) {
            progress(exchange, session);
            throw OciErrors.of(416, "RANGE_INVALID", "the upload has " + session.length() + " bytes so far");
        }
    }

    private void finish(Exchange exchange) throws IOException {
        Uploads.Session session = session(exchange);
        String digest = ImageName.digest(exchange.query("digest").orElse(""));
        checkOffset(exchange, session);
        complete(exchange, session, digest);
    }

    private void complete(Exchange exchange, Uploads.Session session, String digest) throws IOException {
        OptionalLong announced = Body.announced(exchange);
        session.append(exchange.body(), announced);
        if (!session.finish(digest)) {
            throw OciErrors.of(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
        }
        repositories.linkBlob(session.repository(), digest);
        created(exchange, session.repository(), digest);
    }

    private void cancel(Exchange exchange) throws IOException {
        session(exchange).cancel();
        exchange.send(204);
    }

    private static void created(Exchange exchange, Repository repository, String digest) throws IOException {
        exchange.setHeader("Location", "/v2/" + repository.name() + "/blobs/" + digest);
        exchange.setHeader("Docker-Content-Digest", digest);
        exchange.send(201);
    }

    /** The azure-containers-containerregistry client follows a location without host only. */
    private static void progress(Exchange exchange, Uploads.Session session) {
        exchange.setHeader("Location", "/v2/" + session.repository().name() + "/blobs/uploads/" + session.id());
        exchange.setHeader("Docker-Upload-UUID", session.id());
        exchange.setHeader("Range", "0-" + Math.max(0, session.length() - 1));
    }
}
