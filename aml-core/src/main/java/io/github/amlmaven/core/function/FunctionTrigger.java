package io.github.amlmaven.core.function;

import io.github.amlmaven.core.error.ParameterCheck;
import java.util.Map;

/** What makes the function run. */
public sealed interface FunctionTrigger {

    /** The setting that the trigger's binding names as {@code %AML_FUNCTION_INPUT%}. */
    String INPUT = "AML_FUNCTION_INPUT";

    /** The setting that the output's binding names. */
    String OUTPUT = "AML_FUNCTION_OUTPUT";

    /** Who may call a function by HTTP, as {@code authLevel} of its binding. */
    enum AuthLevel {
        /** Everybody. */
        ANONYMOUS,
        /** Holders of a function or host key. */
        FUNCTION,
        /** Holders of the master key. */
        ADMIN;

        /** As it is written in {@code function.json} and in a POM. */
        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** A request to {@code /api/score}. */
    record Http(AuthLevel level) implements FunctionTrigger {}

    /**
     * A message in a queue.
     *
     * @param queue where messages come from
     * @param output where the model's answers go
     */
    record Queue(String queue, String output) implements FunctionTrigger {}

    /**
     * A new or changed blob.
     *
     * @param container where blobs come from
     * @param output the container of the answers, each by the name of its blob with {@code .json}
     */
    record Blob(String container, String output) implements FunctionTrigger {}

    /** As it is written in a POM. */
    default String shown() {
        return this instanceof Http ? "http" : this instanceof Queue ? "queue" : "blob";
    }

    /** The folder of the image with the files for this trigger. */
    default String layout() {
        return FunctionLayout.ROOT
                + (this instanceof Http http ? "http-" + http.level().text() : shown());
    }

    /** What the bindings in the image take from the application settings. */
    default Map<String, String> settings() {
        if (this instanceof Queue queue) {
            return Map.of(INPUT, queue.queue(), OUTPUT, queue.output());
        }
        return this instanceof Blob blob ? Map.of(INPUT, blob.container(), OUTPUT, blob.output()) : Map.of();
    }

    /**
     * Notes names that the Storage service would refuse, and loops
     * (<a href="https://learn.microsoft.com/rest/api/storageservices/naming-queues-and-metadata">rules</a>, the same for
     * containers).
     */
    default void check(ParameterCheck check) {
        if (this instanceof Queue queue) {
            names(check, "queue", queue.queue(), "outputQueue", queue.output());
        } else if (this instanceof Blob blob) {
            names(check, "container", blob.container(), "outputContainer", blob.output());
        }
    }

    private static void names(ParameterCheck check, String of, String input, String outputOf, String output) {
        String pattern = "(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*";
        String rule = "3 to 63 lower-case letters, digits and single hyphens, none at the ends";
        check.requireMatch(of, input, pattern, rule)
                .requireMatch(outputOf, output, pattern, rule)
                .require(
                        input.isEmpty() || !input.equals(output),
                        outputOf + ": the same as " + of + " would trigger itself");
    }
}
