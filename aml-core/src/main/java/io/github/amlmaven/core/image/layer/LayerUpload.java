package io.github.amlmaven.core.image.layer;

import io.github.amlmaven.core.image.layer.RegistryConnection.Answer;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.methods.HttpPatch;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.client.methods.HttpPut;
import org.apache.http.entity.AbstractHttpEntity;
import org.apache.http.entity.ByteArrayEntity;
import org.jspecify.annotations.Nullable;

/**
 * One blob on its way to a registry: a session, one long PATCH as docker sends it, and a PUT with the digest, which need
 * not be known before. When the PATCH breaks, the rest goes in chunks with lengths, from the last byte that the registry
 * confirms (distribution-spec, "Pushing a blob in chunks"); a session that it has lost begins anew.
 */
final class LayerUpload {

    /** Azure's registry takes long chunks better than many (dotnet/sdk-container-builds#412). */
    private static final int CHUNK = 16 << 20;

    /** So many failures with nothing gained in between end it. */
    private static final int FAILURES = 5;

    private final RegistryConnection registry;
    private final FileLayer layer;
    private final Progress progress;
    private final LongConsumer written;
    private volatile boolean cancelled;
    private volatile @Nullable HttpPatch running;
    private volatile @Nullable URI location;
    private long reported;

    /** @param written told how many bytes more were sent; fewer than zero when some have to be sent again */
    LayerUpload(RegistryConnection registry, FileLayer layer, Progress progress, LongConsumer written) {
        this.registry = registry;
        this.layer = layer;
        this.progress = progress;
        this.written = written;
    }

    private void begin() throws IOException {
        Answer answer = registry.send(repository -> new HttpPost(repository.resolve("blobs/uploads/")));
        if (answer.status() != 202 || answer.location().isEmpty()) {
            throw unexpected("begin an upload", answer);
        }
        location = answer.location().get();
    }

    /** Sends the bytes; returns when the registry has all of them. */
    void write() throws IOException {
        if (location == null) {
            begin();
        }
        try {
            Answer answer = patch(new WholeLayer());
            if (isTaken(answer)) {
                return;
            }
            progress.debug("The registry answers HTTP " + answer.status() + " to a layer in one piece");
        } catch (IOException broken) {
            if (cancelled) {
                throw new InterruptedIOException("the layer is there already");
            }
            progress.debug("The upload of " + layer.name() + " broke off: " + broken);
        }
        progress.info("The upload of " + layer.name() + " broke off; it goes on in pieces");
        inChunks();
    }

    private void inChunks() throws IOException {
        long reached = -1;
        int failures = 0;
        while (true) {
            long confirmed = confirmed();
            failures = confirmed > reached ? 0 : failures + 1;
            reached = Math.max(reached, confirmed);
            try {
                chunksFrom(confirmed);
                return;
            } catch (IOException broken) {
                if (failures >= FAILURES) {
                    throw broken;
                }
                progress.debug("A piece of " + layer.name() + " after byte " + confirmed + " broke off: " + broken);
                pause(failures);
            }
        }
    }

    private void chunksFrom(long confirmed) throws IOException {
        try (InputStream in = layer.open()) {
            in.skipNBytes(confirmed);
            long at = confirmed;
            while (true) {
                byte[] chunk = in.readNBytes(CHUNK);
                if (chunk.length == 0) {
                    return;
                }
                HttpPatch sent = new HttpPatch(uploading());
                sent.setHeader("Content-Range", at + "-" + (at + chunk.length - 1));
                sent.setHeader("Content-Type", "application/octet-stream");
                sent.setEntity(new ByteArrayEntity(chunk));
                Answer answer = patch(sent);
                if (!isTaken(answer)) {
                    throw unexpected("send a piece of a layer", answer);
                }
                at += chunk.length;
                if (answer.range().isPresent() && answer.range().get() != at - 1) {
                    throw new IOException(
                            "the registry has bytes up to " + answer.range().get() + " instead of " + at);
                }
                report(at);
            }
        }
    }

    private void report(long sent) {
        written.accept(sent - reported);
        reported = sent;
    }

    /** How many bytes the registry has; a session that is lost is replaced by a new one that has none. */
    private long confirmed() throws IOException {
        try {
            Answer status = registry.send(repository -> new HttpGet(uploading()));
            if (status.status() == 204 || status.status() == 202) {
                status.location().ifPresent(next -> location = next);
                long last = status.range().orElse(-1L);
                // "0-0" is what registries say of an upload without a byte.
                return last <= 0 ? 0 : last + 1;
            }
            progress.debug("The registry answers HTTP " + status.status() + " about an upload that broke off");
        } catch (IOException gone) {
            progress.debug("The registry does not say what it has of an upload: " + gone);
        }
        begin();
        return 0;
    }

    private static void pause(int failures) throws InterruptedIOException {
        try {
            TimeUnit.MILLISECONDS.sleep(100L << failures);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the upload was interrupted");
        }
    }

    private Answer patch(AbstractHttpEntity body) throws IOException {
        HttpPatch request = new HttpPatch(uploading());
        body.setContentType("application/octet-stream");
        request.setEntity(body);
        return patch(request);
    }

    private Answer patch(HttpPatch request) throws IOException {
        running = request;
        if (cancelled) {
            throw new InterruptedIOException("the layer is there already");
        }
        try {
            return registry.send(repository -> request);
        } finally {
            running = null;
        }
    }

    private boolean isTaken(Answer answer) {
        if (answer.status() < 200 || answer.status() > 299) {
            return false;
        }
        answer.location().ifPresent(next -> location = next);
        return true;
    }

    private URI uploading() {
        URI current = location;
        if (current == null) {
            throw new IllegalStateException("the upload has not begun");
        }
        return current;
    }

    /** Ends it under the digest, which the registry verifies. */
    void commit(String digest) throws IOException {
        URI to = uploading();
        String separator = to.getRawQuery() == null ? "?" : "&";
        Answer answer = registry.send(
                repository -> new HttpPut(URI.create(to + separator + "digest=" + RegistryConnection.encoded(digest))));
        if (answer.status() != 201 && answer.status() != 204) {
            throw unexpected("end the upload of " + digest, answer);
        }
    }

    /** Ends it without a blob. */
    void cancel() {
        cancelled = true;
        HttpPatch request = running;
        if (request != null) {
            request.abort();
        }
        URI session = location;
        if (session != null) {
            registry.withdraw(session);
        }
    }

    static IOException unexpected(String what, Answer answer) {
        return new IOException("the registry refuses to " + what + ": HTTP " + answer.status() + " " + answer.text());
    }

    /** The layer as a request's body; its length is named where it is known, as Azure's registry wants it. */
    private final class WholeLayer extends AbstractHttpEntity {
        private final long length;

        WholeLayer() throws IOException {
            this.length = layer.size().orElse(-1);
            setChunked(length < 0);
        }

        @Override
        public boolean isRepeatable() {
            return false;
        }

        @Override
        public long getContentLength() {
            return length;
        }

        @Override
        public InputStream getContent() throws IOException {
            return layer.open();
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            layer.writeTo(new CountingStream(out, LayerUpload.this::report));
        }

        @Override
        public boolean isStreaming() {
            return true;
        }
    }
}
