package io.github.amlmaven.core.appservice;

import io.github.amlmaven.core.error.ParameterCheck;
import io.github.amlmaven.core.function.FunctionLayout;
import io.github.amlmaven.core.function.FunctionTrigger;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a site is: App Service runs the image's own server, or the Functions host in the image starts it. */
public sealed interface SiteKind {

    /** As people call it. */
    String word();

    /** The goal that deploys it, without its prefix. */
    String goal();

    /** The property that names a slot. */
    String slotProperty();

    /** {@code kind} of the site in ARM. */
    String armKind();

    /** Where the model is asked, when it can be asked by HTTP. */
    Optional<String> scoringPath();

    /** Where the server answers 200 to everybody once the model is loaded. */
    String readyPath();

    /** What the platform asks to tell a healthy instance from a broken one. */
    String healthCheckPath();

    /** Application settings by which the platform, and the Functions host, know what to run. */
    Map<String, String> settings();

    /** Values among them that nobody may see. */
    Collection<String> secrets();

    /** Commands that give the site's identity roles it is seen to lack; asked when the site does not start. */
    default List<String> toGrant() {
        return List.of();
    }

    /** A user-assigned identity that the site needs beside that for its image. */
    Optional<String> identity();

    /** Notes what cannot be. */
    void check(ParameterCheck check);

    /**
     * A Web App for containers.
     *
     * @param port the port the server listens on in the container
     */
    record WebApp(int port, String healthCheckPath) implements SiteKind {

        @Override
        public String word() {
            return "web app";
        }

        @Override
        public String goal() {
            return "deploy-webapp";
        }

        @Override
        public String slotProperty() {
            return "-Daml.webapp.slot";
        }

        @Override
        public String armKind() {
            return "app,linux,container";
        }

        @Override
        public Optional<String> scoringPath() {
            return Optional.of("/score");
        }

        @Override
        public String readyPath() {
            return "/";
        }

        @Override
        public Map<String, String> settings() {
            String text = Integer.toString(port);
            return Map.of("WEBSITES_PORT", text, "PORT", text);
        }

        @Override
        public Collection<String> secrets() {
            return List.of();
        }

        @Override
        public Optional<String> identity() {
            return Optional.empty();
        }

        @Override
        public void check(ParameterCheck check) {
            check.requireMatch("healthCheckPath", healthCheckPath, "/\\S*", "a path that begins with /")
                    .require(port > 0 && port <= 65_535, "port " + port + ": 1 to 65535");
        }
    }

    /**
     * A Function App, whose image has the Functions host.
     *
     * @param trigger what makes the model run
     * @param storage where the host keeps its keys and receipts, and where queues and blobs are
     */
    record FunctionApp(FunctionTrigger trigger, FunctionStorage storage) implements SiteKind {

        @Override
        public String word() {
            return "function app";
        }

        @Override
        public String goal() {
            return "deploy-function";
        }

        @Override
        public String slotProperty() {
            return "-Daml.function.slot";
        }

        @Override
        public String armKind() {
            return "functionapp,linux,container";
        }

        @Override
        public Optional<String> scoringPath() {
            return trigger instanceof FunctionTrigger.Http
                    ? Optional.of(FunctionLayout.SCORING_PATH)
                    : Optional.empty();
        }

        @Override
        public String readyPath() {
            return FunctionLayout.HEALTH_PATH;
        }

        @Override
        public String healthCheckPath() {
            return FunctionLayout.HEALTH_PATH;
        }

        /** As {@code az functionapp create} sets them for a container, with the worker that a custom handler is. */
        @Override
        public Map<String, String> settings() {
            Map<String, String> settings = new TreeMap<>(storage.settings());
            settings.putAll(trigger.settings());
            settings.put("FUNCTIONS_EXTENSION_VERSION", "~4");
            settings.put("FUNCTIONS_WORKER_RUNTIME", "custom");
            settings.put("AzureWebJobsScriptRoot", trigger.layout());
            return settings;
        }

        @Override
        public Collection<String> secrets() {
            return storage.access() instanceof FunctionStorage.Access.Key key ? List.of(key.value()) : List.of();
        }

        @Override
        public List<String> toGrant() {
            return storage.access() instanceof FunctionStorage.Access.Identity identity
                    ? identity.toGrant().get()
                    : List.of();
        }

        @Override
        public Optional<String> identity() {
            return storage.access() instanceof FunctionStorage.Access.Identity identity
                    ? Optional.of(identity.resourceId())
                    : Optional.empty();
        }

        @Override
        public void check(ParameterCheck check) {
            trigger.check(check);
        }
    }
}
