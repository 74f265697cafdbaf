package io.github.amlmaven.emulator.inference;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** Hands requests to servers on loopback. */
final class Forwarding {

    /** Made by the first call: a client loads the JDK's TLS, which takes as long as a tenth of the emulator's start. */
    private static final class Client {
        private static final HttpClient HTTP = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** No answer within the limit. */
    static final class TimedOut extends IOException {
        private static final long serialVersionUID = 1L;

        TimedOut(Throwable cause) {
            super("timed out", cause);
        }
    }

    /** The connection broke. */
    static final class Broken extends IOException {
        private static final long serialVersionUID = 1L;

        Broken(Throwable cause) {
            super("broken connection", cause);
        }
    }

    Reply send(int port, Call call, Duration timeout) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + call.target()))
                .timeout(timeout)
                .method(call.method(), call.body());
        call.headers().forEach((name, values) -> values.forEach(value -> request.header(name, value)));
        try {
            return new Reply(Client.HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
        } catch (HttpTimeoutException e) {
            throw new TimedOut(e);
        } catch (IOException e) {
            throw new Broken(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Broken(e);
        }
    }
}
