package io.github.amlmaven.emulator.appservice;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.container.ContainerSpec;
import io.github.amlmaven.emulator.container.ImageFiles;
import io.github.amlmaven.emulator.container.ImageUnavailableException;
import io.github.amlmaven.emulator.function.FunctionProgram;
import io.github.amlmaven.emulator.function.HostStorage;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes of a site's image and settings what is to be started. */
final class SiteLaunches {

    private static final String IMAGE_PREFIX = "DOCKER|";
    private static final int DEFAULT_PORT = 80;
    private static final int HANDLER_PORT = 50_001;

    private final ImageFiles.Source images;
    private final HostStorage storage;
    private final AtomicInteger starts = new AtomicInteger();

    SiteLaunches(ImageFiles.Source images, HostStorage storage) {
        this.images = images;
        this.storage = storage;
    }

    /** A site as it is stored. */
    record Described(
            ResourceId id,
            JsonNode document,
            JsonNode config,
            JsonNode settings,
            JsonNode connectionStrings,
            SiteLog log) {}

    /** What is to be started; empty when the site has no image, or none that could be started, which its log then tells. */
    Optional<SiteInstance.Launch> of(Described site) throws IOException {
        String version = site.config().path("linuxFxVersion").asText();
        if (!version.regionMatches(true, 0, IMAGE_PREFIX, 0, IMAGE_PREFIX.length())) {
            return Optional.empty();
        }
        String image = version.substring(IMAGE_PREFIX.length());
        Map<String, String> environment = environment(site);
        return site.document().path("kind").asText().toLowerCase(Locale.ROOT).startsWith("functionapp")
                ? function(site, image, environment)
                : Optional.of(container(site, image, environment));
    }

    private static Map<String, String> environment(Described site) {
        Map<String, String> environment = new LinkedHashMap<>();
        site.settings()
                .fields()
                .forEachRemaining(field ->
                        environment.put(field.getKey(), field.getValue().asText()));
        // A site sees SQLAZURECONNSTR_x, CUSTOMCONNSTR_x ...:
        // https://learn.microsoft.com/azure/app-service/configure-common
        site.connectionStrings()
                .fields()
                .forEachRemaining(field -> environment.put(
                        field.getValue().path("type").asText("Custom").toUpperCase(Locale.ROOT) + "CONNSTR_"
                                + field.getKey(),
                        field.getValue().path("value").asText()));
        environment.put("WEBSITE_SITE_NAME", site.id().segment("sites"));
        return environment;
    }

    private SiteInstance.Launch container(Described site, String image, Map<String, String> environment) {
        String port = environment.getOrDefault("WEBSITES_PORT", environment.getOrDefault("PORT", ""));
        int number = port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : DEFAULT_PORT;
        environment.putIfAbsent("PORT", Integer.toString(number));
        String command = site.config().path("appCommandLine").asText("");
        return new SiteInstance.Launch(
                new ContainerSpec(
                        containerName(site.id()),
                        image,
                        command.isBlank() ? List.of() : List.of("/bin/sh", "-c", command),
                        environment,
                        number,
                        0,
                        0),
                Optional.empty(),
                Optional.empty());
    }

    static void pullFailed(SiteLog log, String why) {
        log.error("Image pull failed: Verify docker image configuration and credentials (if using private repository): "
                + why);
    }

    /** The Functions host is this process; what runs in the container is the image's custom handler. */
    private Optional<SiteInstance.Launch> function(Described site, String image, Map<String, String> environment)
            throws IOException {
        try {
            FunctionProgram program = FunctionProgram.read(images.of(image), environment);
            storage.account(HostStorage.OWN, environment);
            environment.put("FUNCTIONS_CUSTOMHANDLER_PORT", Integer.toString(HANDLER_PORT));
            ContainerSpec spec = new ContainerSpec(
                    containerName(site.id()),
                    image,
                    program.command(),
                    environment,
                    HANDLER_PORT,
                    0,
                    0,
                    List.of(),
                    program.workingDirectory());
            return Optional.of(new SiteInstance.Launch(spec, Optional.of(program), Optional.of(storage)));
        } catch (FunctionProgram.Unusable e) {
            site.log().error("A host error has occurred during startup operation: " + e.getMessage());
            site.log().error("Site startup probe failed for site " + site.id().name());
            return Optional.empty();
        } catch (ImageUnavailableException e) {
            pullFailed(site.log(), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private String containerName(ResourceId id) {
        return (id.segment("sites") + "_" + (id.segment("slots").isEmpty() ? "" : id.name() + "_")
                        + starts.getAndIncrement())
                .toLowerCase(Locale.ROOT);
    }
}
