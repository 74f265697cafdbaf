package io.github.amlmaven.emulator.inference;

import io.github.amlmaven.emulator.collector.Payload;
import io.github.amlmaven.emulator.http.Exchange;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a deployment answered. */
record Reply(HttpResponse<byte[]> answer) {

    private static final Set<String> WITHHELD =
            Set.of("connection", "content-length", "date", "keep-alive", "server", "transfer-encoding", "x-request-id");

    /** As the data collector keeps it. */
    Payload payload() {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(answer.headers().map());
        return Payload.response(headers, ByteBuffer.wrap(answer.body()));
    }

    /** What the client is told of the status: a managed endpoint turns every failure of the model into 424. */
    int shown(boolean kubernetes) {
        int status = answer.statusCode();
        if (status >= 200 && status < 300) {
            return status;
        }
        return !kubernetes ? 424 : status >= 500 ? 502 : status;
    }

    /** Answers the client. */
    void write(Exchange exchange, boolean kubernetes) throws IOException {
        answer.headers().map().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            // No browser may call a managed endpoint, whatever the server says.
            if (!WITHHELD.contains(lower) && !lower.startsWith("access-control-")) {
                exchange.setHeader(lower, values.get(0));
            }
        });
        int shown = shown(kubernetes);
        if (shown == 424 && !kubernetes) {
            exchange.setHeader("ms-azureml-model-error-statuscode", Integer.toString(answer.statusCode()));
            exchange.setHeader("ms-azureml-model-error-reason", "model_error");
        }
        String type = answer.headers().firstValue("content-type").orElse("");
        exchange.send(shown, type, answer.body());
    }
}
