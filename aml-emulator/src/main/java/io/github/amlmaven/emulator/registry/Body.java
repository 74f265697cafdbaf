package io.github.amlmaven.emulator.registry;

import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.Handler;
import io.github.amlmaven.emulator.http.HttpError;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** Reading request bodies. */
final class Body {

    private Body() {}

    /** The length that the client announced; none for a chunked body. */
    static OptionalLong announced(Exchange exchange) {
        String length = exchange.header("Content-Length").orElse("").strip();
        if (length.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(length));
        } catch (NumberFormatException e) {
            throw OciErrors.of(400, "SIZE_INVALID", "Content-Length is not a number");
        }
    }

    /** Reads what is left of the body before an error is answered: a client still sending would see a broken connection. */
    static void drainOnError(Exchange exchange, Handler handler) throws IOException {
        try {
            handler.handle(exchange);
        } catch (HttpError e) {
            InputStream in = exchange.body();
            byte[] buffer = new byte[ContentStore.BUFFER];
            int n = in.read(buffer);
            while (n >= 0) {
                n = in.read(buffer);
            }
            throw e;
        }
    }
}
