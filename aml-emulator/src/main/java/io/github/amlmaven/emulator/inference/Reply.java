package io.github.amlmaven.emulator.inference;

import io.github.amlmaven.emulator.http.Exchange;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Set;

/** What a deployment answered. */
record Reply(HttpResponse<byte[]> answer) {

    private static final Set<String> WITHHELD =
            Set.of("connection", "content-length", "date", "keep-alive", "server", "transfer-encoding", "x-request-id");

    /** Answers the client: a managed endpoint turns every failure of the model into 424. The status that is shown comes back. */
    int write(Exchange exchange, boolean kubernetes) throws IOException {
        answer.headers().map().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            // No browser may call a managed endpoint, whatever the server says.
            if (!WITHHELD.contains(lower) && !lower.startsWith("access-control-")) {
                exchange.setHeader(lower, values.get(0));
            }
        });
        int status = answer.statusCode();
        int shown = status;
        boolean good = status >= 200 && status < 300;
        if (!good && kubernetes) {
            shown = status >= 500 ? 502 : status;
        } else if (!good) {
            exchange.setHeader("ms-azureml-model-error-statuscode", Integer.toString(status));
            exchange.setHeader("ms-azureml-model-error-reason", "model_error");
            shown = 424;
        }
        String type = answer.headers().firstValue("content-type").orElse("");
        exchange.send(shown, type, answer.body());
        return shown;
    }
}
