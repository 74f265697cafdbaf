package io.github.amlmaven.core.appservice;

import io.github.amlmaven.core.error.ParameterCheck;
import io.github.amlmaven.core.registry.RegistryAccess;
import io.github.amlmaven.core.scoring.ScoringAuth;
import io.github.amlmaven.core.scoring.ScoringVariables;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A scoring image as a site of App Service.
 *
 * @param resourceGroup where the app lives
 * @param name the app's name, unique in its cloud: it is a host name
 * @param location the Azure region
 * @param image the image, by digest where it is known, so that the app runs what was built
 * @param plan the App Service plan
 * @param slot deploy to this slot; empty means production
 * @param swap whether the slot is swapped with production once its model answers
 * @param kind web app or function app
 * @param httpsOnly whether plain http is redirected to https
 * @param minTlsVersion the oldest TLS that is spoken: 1.0 to 1.3
 * @param environment application settings
 * @param secureEnvironment application settings that are secrets
 * @param pull how the app gets the image
 * @param auth keys of the scoring server, the same ones in all slots
 * @param tags tags of the app
 * @param limit how long to wait for the model
 * @param interval between two looks
 */
public record SiteRequest(
        String resourceGroup,
        String name,
        String location,
        String image,
        Plan plan,
        Optional<String> slot,
        boolean swap,
        SiteKind kind,
        boolean httpsOnly,
        String minTlsVersion,
        Map<String, String> environment,
        Map<String, String> secureEnvironment,
        ImagePull pull,
        ScoringAuth auth,
        Map<String, String> tags,
        Duration limit,
        Duration interval) {

    /**
     * The plan that the app runs on.
     *
     * @param name a name in the app's resource group, or an ARM id
     * @param sku the size of a plan that must be created: {@code B1}, {@code S1}, {@code P1v3} ...
     */
    public record Plan(String name, String sku) {

        /** Elastic Premium, which only function apps run on and which scales them by their triggers. */
        boolean elastic() {
            return sku.toUpperCase(Locale.ROOT).startsWith("EP");
        }

        String id(String subscription, String resourceGroup) {
            return name.startsWith("/")
                    ? name
                    : "/subscriptions/" + subscription + "/resourceGroups/" + resourceGroup
                            + "/providers/Microsoft.Web/serverfarms/" + name;
        }
    }

    /** How a site gets at its image. */
    public sealed interface ImagePull {

        /** The image is public. */
        record Anonymous() implements ImagePull {}

        /** With a user and a password or token, kept among the application settings. */
        record Login(RegistryAccess access) implements ImagePull {}

        /** With a user-assigned identity that has AcrPull; App Service wants its client id too. */
        record Identity(String resourceId, String clientId) implements ImagePull {}
    }

    /** Checks everything that can be checked before anything is sent; limits from the service's documentation. */
    void check() {
        ParameterCheck check = new ParameterCheck()
                .requireMatch(
                        "name",
                        name,
                        "[A-Za-z0-9]([A-Za-z0-9-]{0,58}[A-Za-z0-9])",
                        "2 to 60 letters, digits and hyphens, none at the ends")
                .requireMatch("location", location, "[a-zA-Z0-9 ]+", "an Azure region, such as westeurope")
                .requireMatch("sku", plan.sku(), "[A-Za-z][0-9A-Za-z]{1,6}", "a plan's size, such as B1, S1 or P1v3")
                .requireMatch("minTlsVersion", minTlsVersion, "1\\.[0-3]", "1.0, 1.1, 1.2 or 1.3")
                .require(!swap || slot.isPresent(), "swap: needs a slot");
        slot.ifPresent(value -> check.requireMatch(
                        "slot",
                        value,
                        "[A-Za-z0-9]([A-Za-z0-9-]{0,57}[A-Za-z0-9])?",
                        "1 to 59 letters, digits and hyphens, none at the ends")
                .require(!value.equalsIgnoreCase("production"), "slot 'production': leave the slot out instead"));
        kind.check(check);
        ScoringVariables.check(check, environment, secureEnvironment);
        auth.check(check);
        check.orThrow("The " + kind.word() + " cannot be deployed");
    }

    /** What people call it: the app, or one of its slots. */
    String shown() {
        return kind.word() + " '" + name + "'"
                + slot.map(value -> " slot '" + value + "'").orElse("");
    }
}
