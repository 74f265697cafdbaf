package io.github.amlmaven.emulator.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.FaultRule;
import io.github.amlmaven.emulator.http.FaultRule.Cut;
import io.github.amlmaven.emulator.http.FaultRules;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** {@code /_emulator/faults}: rules by which requests fail, so that a client can be seen to cope. */
public final class FaultProvider implements Provider {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Set<String> KEYS = Set.of(
            "name",
            "method",
            "path",
            "operation",
            "client",
            "skip",
            "count",
            "status",
            "headers",
            "contentType",
            "body",
            "code",
            "message",
            "delayMillis",
            "cut",
            "cutAfterBytes");
    private static final long LONGEST_DELAY_MILLIS = 600_000;

    private final FaultRules faults;

    public FaultProvider(FaultRules faults) {
        this.faults = faults;
    }

    @Override
    public void declare(Routes routes) {
        routes.add("GET", "/_emulator/faults", this::list);
        routes.add("POST", "/_emulator/faults", this::add);
        routes.add("DELETE", "/_emulator/faults", exchange -> {
            faults.clear();
            exchange.send(204);
        });
        routes.add("DELETE", "/_emulator/faults/{name}", this::remove);
    }

    private void list(Exchange exchange) throws IOException {
        ObjectNode answer = JSON.objectNode();
        ArrayNode value = answer.putArray("value");
        faults.states().forEach(state -> value.add(json(state)));
        exchange.send(200, answer);
    }

    private void add(Exchange exchange) throws IOException {
        String name = faults.add(rule(exchange.json()));
        exchange.send(201, JSON.objectNode().put("name", name));
    }

    private void remove(Exchange exchange) throws IOException {
        String name = exchange.variable("name");
        if (!faults.remove(name)) {
            throw HttpError.arm(404, "NotFound", "There is no fault rule '" + name + "'.");
        }
        exchange.send(204);
    }

    /** Reads a rule, strictly: a rule that says nothing by mistake would let a test pass that proves nothing. */
    static FaultRule rule(JsonNode json) {
        json.fieldNames().forEachRemaining(key -> {
            if (!KEYS.contains(key)) {
                throw bad("unknown key '" + key + "'; there are "
                        + KEYS.stream().sorted().toList());
            }
        });
        Duration delay = Duration.ofMillis(whole(json, "delayMillis", LONGEST_DELAY_MILLIS));
        Optional<FaultRule.Answer> answer = answer(json);
        Cut cut = cut(json);
        if (answer.isPresent() && !(cut instanceof Cut.Nowhere)) {
            throw bad("either a status or a cut, not both");
        }
        if (answer.isEmpty() && cut instanceof Cut.Nowhere && delay.isZero()) {
            throw bad("a rule needs an effect: status, delayMillis, cut or cutAfterBytes");
        }
        return new FaultRule(
                json.path("name").asText(""),
                json.path("method").asText(""),
                pattern(json.path("path").asText("")),
                json.path("operation").asText(""),
                json.path("client").asText(""),
                (int) whole(json, "skip", Integer.MAX_VALUE),
                (int) whole(json, "count", Integer.MAX_VALUE),
                new FaultRule.Effect(delay, answer, cut));
    }

    private static Optional<FaultRule.Answer> answer(JsonNode json) {
        if (!json.has("status")) {
            return Optional.empty();
        }
        long status = whole(json, "status", 599);
        if (status < 200) {
            throw bad("status must be from 200 to 599");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        json.path("headers").properties().forEach(header -> {
            String value = header.getValue().asText();
            if (!header.getKey().matches("[A-Za-z0-9-]+") || value.matches("(?s).*[\\r\\n].*")) {
                throw bad("header '" + header.getKey() + "' is none");
            }
            headers.put(header.getKey(), value);
        });
        String body = json.path("body").asText("");
        if (body.isEmpty() && (json.has("code") || json.has("message"))) {
            ObjectNode envelope = JSON.objectNode();
            envelope.putObject("error")
                    .put("code", json.path("code").asText("Fault"))
                    .put("message", json.path("message").asText(""));
            body = envelope.toString();
        }
        return Optional.of(new FaultRule.Answer(
                (int) status, headers, json.path("contentType").asText("application/json"), body));
    }

    private static Cut cut(JsonNode json) {
        if (json.has("cutAfterBytes")) {
            return new Cut.InBody(whole(json, "cutAfterBytes", Long.MAX_VALUE));
        }
        return switch (json.path("cut").asText("")) {
            case "" -> new Cut.Nowhere();
            case "before" -> new Cut.BeforeWork();
            case "after" -> new Cut.AfterWork();
            default -> throw bad("cut is 'before' (nothing has happened) or 'after' (done, and the answer lost)");
        };
    }

    private static long whole(JsonNode json, String key, long most) {
        if (!json.has(key)) {
            return 0;
        }
        JsonNode value = json.get(key);
        if (!value.canConvertToLong() || value.asLong() < 0 || value.asLong() > most) {
            throw bad(key + " must be a number from 0 to " + most);
        }
        return value.asLong();
    }

    private static Pattern pattern(String text) {
        try {
            return Pattern.compile(text, Pattern.CASE_INSENSITIVE);
        } catch (PatternSyntaxException e) {
            throw bad("path is not a regular expression: " + e.getDescription());
        }
    }

    private static HttpError bad(String message) {
        return HttpError.arm(400, "BadRequest", "Fault rule: " + message + ".");
    }

    private static ObjectNode json(FaultRules.State state) {
        FaultRule rule = state.rule();
        ObjectNode json = JSON.objectNode()
                .put("name", rule.name())
                .put("method", rule.method())
                .put("path", rule.path().pattern())
                .put("operation", rule.operation())
                .put("client", rule.client())
                .put("skip", rule.skip())
                .put("count", rule.count())
                .put("delayMillis", rule.effect().delay().toMillis());
        rule.effect().answer().ifPresent(answer -> {
            json.put("status", answer.status()).put("contentType", answer.contentType());
            ObjectNode headers = json.putObject("headers");
            answer.headers().forEach(headers::put);
            json.put("body", answer.body());
        });
        Cut cut = rule.effect().cut();
        if (cut instanceof Cut.BeforeWork) {
            json.put("cut", "before");
        } else if (cut instanceof Cut.AfterWork) {
            json.put("cut", "after");
        } else if (cut instanceof Cut.InBody inBody) {
            json.put("cutAfterBytes", inBody.bytes());
        }
        return json.put("matched", state.matched()).put("fired", state.fired());
    }
}
