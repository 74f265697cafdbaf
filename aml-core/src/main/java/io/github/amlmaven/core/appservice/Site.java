package io.github.amlmaven.core.appservice;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.management.polling.PollResult;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.core.util.polling.LongRunningOperationStatus;
import com.azure.core.util.polling.PollResponse;
import com.azure.core.util.polling.SyncPoller;
import com.azure.resourcemanager.appservice.AppServiceManager;
import com.azure.resourcemanager.appservice.fluent.WebAppsClient;
import com.azure.resourcemanager.appservice.fluent.WebSiteManagementClient;
import com.azure.resourcemanager.appservice.fluent.models.HostKeysInner;
import com.azure.resourcemanager.appservice.fluent.models.SiteConfigResourceInner;
import com.azure.resourcemanager.appservice.fluent.models.SiteInner;
import com.azure.resourcemanager.appservice.fluent.models.StringDictionaryInner;
import com.azure.resourcemanager.appservice.models.CsmSlotEntity;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.arm.ArmClient;
import io.github.amlmaven.core.arm.ArmErrors;
import io.github.amlmaven.core.arm.ServiceError;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.progress.Waiting;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads and writes one site or slot; the service has every operation twice, once for each. */
final class Site {

    /** How Resource Manager words that the Functions host, which it hands questions of keys to, does not answer. */
    private static final String HOST_IS_DOWN = "from host runtime";

    private final WebSiteManagementClient service;
    private final WebAppsClient sites;
    private final ArmClient arm;
    private final String word;
    private final String resourceGroup;
    private final String name;
    private final Optional<String> slot;

    /** @param word what people call it */
    Site(AppServiceManager manager, String word, String resourceGroup, String name, Optional<String> slot) {
        this.service = manager.serviceClient();
        this.sites = service.getWebApps();
        this.arm = new ArmClient(
                manager.httpPipeline(), URI.create(service.getEndpoint().replaceFirst("/+$", "")), Progress.NONE);
        this.word = word;
        this.resourceGroup = resourceGroup;
        this.name = name;
        this.slot = slot;
    }

    String shown() {
        return word + " '" + name + "'"
                + slot.map(value -> " slot '" + value + "'").orElse("") + " in resource group '" + resourceGroup + "'";
    }

    Optional<SiteInner> find() {
        return present(
                "read " + shown(),
                () -> slot.map(value -> sites.getSlot(resourceGroup, name, value))
                        .orElseGet(() -> sites.getByResourceGroup(resourceGroup, name)));
    }

    SiteInner put(SiteInner desired) {
        return call(
                "deploy " + shown(),
                () -> slot.map(value -> sites.createOrUpdateSlot(resourceGroup, name, value, desired))
                        .orElseGet(() -> sites.createOrUpdate(resourceGroup, name, desired)));
    }

    /** The application settings, secrets included; empty when there is no such site. */
    Map<String, String> settings() {
        return present(
                        "read the settings of " + shown(),
                        () -> slot.map(value -> sites.listApplicationSettingsSlot(resourceGroup, name, value))
                                .orElseGet(() -> sites.listApplicationSettings(resourceGroup, name)))
                .map(settings -> Objects.requireNonNullElse(settings.properties(), Map.<String, String>of()))
                .orElse(Map.of());
    }

    /** Replaces all application settings; the service then starts the container anew. */
    void putSettings(Map<String, String> settings) {
        StringDictionaryInner body = new StringDictionaryInner().withProperties(settings);
        call(
                "write the settings of " + shown(),
                () -> slot.map(value -> sites.updateApplicationSettingsSlot(resourceGroup, name, value, body))
                        .orElseGet(() -> sites.updateApplicationSettings(resourceGroup, name, body)));
    }

    /** The names of the slots beside production. */
    List<String> slots() {
        return call(
                "list the slots of " + shown(),
                () -> sites.listSlots(resourceGroup, name).stream()
                        .map(found -> String.valueOf(found.name()))
                        .map(found -> found.substring(found.lastIndexOf('/') + 1))
                        .toList());
    }

    /** The configuration, which the site itself tells a part of only. */
    SiteConfigResourceInner config() {
        return call(
                "read the configuration of " + shown(),
                () -> slot.map(value -> sites.getConfigurationSlot(resourceGroup, name, value))
                        .orElseGet(() -> sites.getConfiguration(resourceGroup, name)));
    }

    /** The keys that the Functions host holds; empty while there is no host to ask. */
    Optional<HostKeysInner> hostKeys() {
        try {
            return present(
                    "read the keys of " + shown(),
                    () -> slot.map(value -> sites.listHostKeysSlot(resourceGroup, name, value))
                            .orElseGet(() -> sites.listHostKeys(resourceGroup, name)));
        } catch (AmlException e) {
            if (String.valueOf(e.getMessage()).contains(HOST_IS_DOWN)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Sets a key of the Functions host. Not by the typed client's {@code createOrUpdateHostSecret}: that writes name and
     * value without the {@code properties} in which the service looks for them, and the service then makes a key up.
     *
     * @param type {@code functionKeys}, {@code masterKey} or {@code systemKeys}
     */
    void putHostKey(String type, String key, String value) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("properties").put("name", key).put("value", value);
        String site = "/subscriptions/" + service.getSubscriptionId() + "/resourceGroups/" + resourceGroup
                + "/providers/Microsoft.Web/sites/" + name
                + slot.map(one -> "/slots/" + one).orElse("");
        arm.put(site + "/host/default/" + type + "/" + key, ApiVersions.APP_SERVICE, body);
    }

    /** The platform's and the container's log, as far back as the service gives it; empty before the first line. */
    String log() {
        return present(
                        "read the log of " + shown(),
                        () -> slot.map(value -> sites.getWebSiteContainerLogsSlotWithResponse(
                                        resourceGroup, name, value, Context.NONE))
                                .orElseGet(() ->
                                        sites.getWebSiteContainerLogsWithResponse(resourceGroup, name, Context.NONE)))
                .map(answer -> answer.getValue() == null ? BinaryData.fromString("") : answer.getValue())
                .map(BinaryData::toString)
                .orElse("");
    }

    /** Exchanges this slot with production; returns when the service has done so. */
    void swapWithProduction(Duration limit, Duration interval, Progress progress) {
        String what = "swap " + shown() + " with production";
        Waiting waiting = new Waiting("the swap of " + shown(), limit, interval, progress);
        CsmSlotEntity target =
                new CsmSlotEntity().withTargetSlot(slot.orElseThrow()).withPreserveVnet(true);
        SyncPoller<PollResult<Void>, Void> poller =
                call(what, () -> sites.beginSwapSlotWithProduction(resourceGroup, name, target));
        PollResponse<PollResult<Void>> last = call(what, poller::poll);
        while (!last.getStatus().isComplete()) {
            if (!waiting.pause(last.getStatus().toString().toLowerCase(Locale.ROOT))) {
                throw AmlException.of(
                                ErrorCode.OPERATION_TIMEOUT, what + ": not done after " + limit.toSeconds() + " s")
                        .build();
            }
            last = call(what, poller::poll);
        }
        if (!LongRunningOperationStatus.SUCCESSFULLY_COMPLETED.equals(last.getStatus())) {
            PollResult.Error error =
                    last.getValue() == null ? null : last.getValue().getError();
            String body = error == null ? "" : Objects.toString(error.getResponseBody(), "");
            throw AmlException.of(
                            ErrorCode.OPERATION_FAILED,
                            what + ": "
                                    + ServiceError.parse(body)
                                            .map(reason -> reason.code() + ": " + reason.message())
                                            .orElse("it ended as " + last.getStatus()))
                    .remedy(
                            "Mend what the service names; production serves what it served before. Run the goal again to swap.")
                    .build();
        }
    }

    /** Deletes the site with its slots, or the slot alone; false when there was none. */
    boolean delete(boolean emptyPlanToo) {
        if (find().isEmpty()) {
            return false;
        }
        call(
                "delete " + shown(),
                () -> slot.map(value ->
                                sites.deleteSlotWithResponse(resourceGroup, name, value, true, false, Context.NONE))
                        .orElseGet(
                                () -> sites.deleteWithResponse(resourceGroup, name, true, emptyPlanToo, Context.NONE)));
        return true;
    }

    private static <T> T call(String what, Supplier<T> operation) {
        try {
            return operation.get();
        } catch (RuntimeException e) {
            throw ArmErrors.ofFailure(what, e);
        }
    }

    private static <T> Optional<T> present(String what, Supplier<T> operation) {
        try {
            return Optional.ofNullable(operation.get());
        } catch (HttpResponseException e) {
            if (e.getResponse() != null && e.getResponse().getStatusCode() == 404) {
                return Optional.empty();
            }
            throw ArmErrors.ofFailure(what, e);
        } catch (RuntimeException e) {
            throw ArmErrors.ofFailure(what, e);
        }
    }
}
