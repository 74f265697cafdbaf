package io.github.amlmaven.emulator.machinelearning;

import static io.github.amlmaven.emulator.machinelearning.Lifecycle.Event.DELETE;
import static io.github.amlmaven.emulator.machinelearning.Lifecycle.Event.DONE;
import static io.github.amlmaven.emulator.machinelearning.Lifecycle.Event.FAIL;
import static io.github.amlmaven.emulator.machinelearning.Lifecycle.Event.PUT;
import static io.github.amlmaven.emulator.machinelearning.Lifecycle.Event.SCALE;

import io.github.amlmaven.emulator.http.HttpError;
import java.util.Map;

/** The provisioning states of endpoints and deployments, as tables: state, event, next state. */
record Lifecycle(Map<String, Map<Event, String>> table) {

    static final Lifecycle ENDPOINT = new Lifecycle(Map.of(
            "", Map.of(PUT, "Creating"),
            "Creating", Map.of(DONE, "Succeeded", FAIL, "Failed"),
            "Updating", Map.of(DONE, "Succeeded", FAIL, "Failed"),
            "Succeeded", Map.of(PUT, "Updating", DELETE, "Deleting"),
            "Failed", Map.of(PUT, "Updating", DELETE, "Deleting"),
            "Canceled", Map.of(PUT, "Updating", DELETE, "Deleting"),
            "Deleting", Map.of(DONE, "", FAIL, "Failed")));
    static final Lifecycle DEPLOYMENT = new Lifecycle(Map.of(
            "", Map.of(PUT, "Creating"),
            "Creating", Map.of(DONE, "Succeeded", FAIL, "Failed"),
            "Updating", Map.of(DONE, "Succeeded", FAIL, "Failed"),
            "Scaling", Map.of(DONE, "Succeeded", FAIL, "Failed"),
            "Succeeded", Map.of(PUT, "Updating", SCALE, "Scaling", DELETE, "Deleting"),
            "Failed", Map.of(PUT, "Updating", SCALE, "Scaling", DELETE, "Deleting"),
            "Canceled", Map.of(PUT, "Updating", DELETE, "Deleting"),
            "Deleting", Map.of(DONE, "", FAIL, "Failed")));

    /** What happens to a resource. */
    enum Event {
        PUT,
        SCALE,
        DELETE,
        DONE,
        FAIL
    }

    /**
     * The state after an event; empty when there is no resource (any more).
     *
     * @throws HttpError 409 when the resource does not take the event in its state
     */
    String next(String state, Event event) {
        String next = table.getOrDefault(state, Map.of()).get(event);
        if (next == null) {
            throw HttpError.arm(
                    409,
                    "Conflict",
                    "The resource is in the provisioning state " + state + " and cannot be changed before that ends.");
        }
        return next;
    }
}
