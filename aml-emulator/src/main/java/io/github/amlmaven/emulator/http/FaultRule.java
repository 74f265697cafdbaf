package io.github.amlmaven.emulator.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What goes wrong with which requests. Every condition that is not given holds for all requests.
 *
 * @param name for the request log and for taking the rule away; empty for one that the emulator makes
 * @param method {@code PUT}; empty for any
 * @param path found anywhere in the raw path; empty for any
 * @param operation method and path template as the request log and {@code docs/fidelity.md} name it; empty for any
 * @param client found anywhere in the User-Agent; empty for any
 * @param skip how many matching requests are let through first
 * @param count how many are hit then; 0 for all
 * @param effect what happens to them
 */
public record FaultRule(
        String name, String method, Pattern path, String operation, String client, int skip, int count, Effect effect) {

    /**
     * What happens; a delay comes before anything else.
     *
     * @param delay before the request is looked at; zero for none
     * @param answer instead of the real one; the request has no effect then
     * @param cut where the connection ends
     */
    public record Effect(Duration delay, Optional<Answer> answer, Cut cut) {}

    /**
     * An answer in place of the real one.
     *
     * @param body JSON of ARM's error envelope, HTML of a proxy, garbage ...
     */
    public record Answer(int status, Map<String, String> headers, String contentType, String body) {
        public Answer {
            headers = Map.copyOf(new LinkedHashMap<>(headers));
        }
    }

    /** Where the connection ends without an answer. */
    public sealed interface Cut {
        /** It does not. */
        record Nowhere() implements Cut {}

        /** Before the request is looked at: nothing has happened. */
        record BeforeWork() implements Cut {}

        /** After the work: what was asked for has been done, and the client does not know. */
        record AfterWork() implements Cut {}

        /** In the answer's body, after so many bytes of it. */
        record InBody(long bytes) implements Cut {}
    }

    boolean matches(String requestMethod, String requestPath, String requestOperation, String userAgent) {
        return (method.isEmpty() || method.equalsIgnoreCase(requestMethod))
                && path.matcher(requestPath).find()
                && (operation.isEmpty() || operation.equalsIgnoreCase(requestOperation))
                && userAgent.contains(client);
    }
}
