package io.github.amlmaven.emulator.appservice;

import static io.github.amlmaven.emulator.container.Calls.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.HttpMethod;
import com.azure.core.management.exception.ManagementException;
import com.azure.core.util.Context;
import com.azure.resourcemanager.appservice.AppServiceManager;
import com.azure.resourcemanager.appservice.fluent.WebAppsClient;
import com.azure.resourcemanager.appservice.fluent.models.AppServicePlanInner;
import com.azure.resourcemanager.appservice.fluent.models.SiteConfigInner;
import com.azure.resourcemanager.appservice.fluent.models.SiteInner;
import com.azure.resourcemanager.appservice.fluent.models.SlotConfigNamesResourceInner;
import com.azure.resourcemanager.appservice.models.CsmSlotEntity;
import com.azure.resourcemanager.appservice.models.NameValuePair;
import com.azure.resourcemanager.appservice.models.SkuDescription;
import com.azure.resourcemanager.resources.fluentcore.utils.ResourceManagerUtils;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.container.Calls;
import io.github.amlmaven.emulator.container.ServerImages;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AppServiceProviderTest {

    private static final String GROUP = "local";

    private final Path home;
    private final ServerImages images;
    private final String image;
    private Emulator emulator;
    private AzureClients azure;
    private AppServiceManager manager;

    AppServiceProviderTest(@TempDir Path home, @TempDir Path folder) throws Exception {
        this.home = home;
        emulator = Emulator.start(EmulatorOptions.in(home));
        images = new ServerImages(emulator, folder);
        image = images.push("1");
        connect();
    }

    private void connect() {
        azure = new AzureClients(emulator);
        manager = AppServiceManager.configure()
                .withHttpClient(azure.http())
                .authenticate(azure.credential(), azure.profile());
        ResourceManagerUtils.InternalRuntimeContext.setDelayProvider(delay -> Duration.ofMillis(50));
    }

    @AfterAll
    void stop() {
        emulator.close();
    }

    private WebAppsClient sites() {
        return manager.serviceClient().getWebApps();
    }

    private String plan(String name, String size) {
        AppServicePlanInner plan = new AppServicePlanInner();
        plan.withLocation("westeurope");
        plan.withReserved(true).withKind("linux").withSku(new SkuDescription().withName(size));
        return manager.serviceClient()
                .getAppServicePlans()
                .createOrUpdate(GROUP, name, plan)
                .id();
    }

    private SiteInner body(String plan, String password, Map<String, String> settings) {
        List<NameValuePair> pairs = new ArrayList<>();
        settings.forEach(
                (name, value) -> pairs.add(new NameValuePair().withName(name).withValue(value)));
        pairs.add(new NameValuePair().withName("WEBSITES_PORT").withValue("5001"));
        pairs.add(new NameValuePair()
                .withName("DOCKER_REGISTRY_SERVER_URL")
                .withValue("https://" + emulator.endpoints().authority()));
        pairs.add(
                new NameValuePair().withName("DOCKER_REGISTRY_SERVER_USERNAME").withValue(images.user()));
        pairs.add(
                new NameValuePair().withName("DOCKER_REGISTRY_SERVER_PASSWORD").withValue(password));
        SiteInner site = new SiteInner();
        site.withLocation("westeurope");
        return site.withServerFarmId(plan)
                .withReserved(true)
                .withKind("app,linux,container")
                .withSiteConfig(new SiteConfigInner()
                        .withLinuxFxVersion("DOCKER|" + image)
                        .withAppSettings(pairs));
    }

    private static String greeting(SiteInner site) throws Exception {
        return Calls.get("http://" + site.defaultHostname() + "/")
                .path("greeting")
                .asText();
    }

    @Test
    void twoSlotsServeAtTheSameTimeAndASwapExchangesThem() throws Exception {
        String plan = plan("standard", "S1");
        SiteInner site =
                sites().createOrUpdate(GROUP, "swapped", body(plan, images.password(), Map.of("GREETING", "old")));
        SiteInner slot = sites().createOrUpdateSlot(
                        GROUP, "swapped", "staging", body(plan, images.password(), Map.of("GREETING", "new")));

        assertThat(site.defaultHostname()).startsWith("127.").isNotEqualTo(slot.defaultHostname());
        assertThat(slot.name()).isEqualTo("swapped/staging");
        await(() -> greeting(site).equals("old"));
        await(() -> greeting(slot).equals("new"));

        sites().swapSlotWithProduction(
                        GROUP,
                        "swapped",
                        new CsmSlotEntity().withTargetSlot("staging").withPreserveVnet(true));

        assertThat(greeting(site)).isEqualTo("new");
        assertThat(greeting(slot)).isEqualTo("old");
        assertThat(sites().listApplicationSettings(GROUP, "swapped").properties())
                .containsEntry("GREETING", "new");
        sites().delete(GROUP, "swapped");
        assertThatThrownBy(() -> greeting(slot)).isInstanceOf(IOException.class);
    }

    @Test
    void aSettingOfTheSlotStaysInASwap() throws Exception {
        String plan = plan("sticky", "S1");
        SiteInner site = sites().createOrUpdate(
                        GROUP, "sticky", body(plan, images.password(), Map.of("GREETING", "production")));
        sites().createOrUpdateSlot(GROUP, "sticky", "test", body(plan, images.password(), Map.of("GREETING", "slot")));
        sites().updateSlotConfigurationNames(
                        GROUP, "sticky", new SlotConfigNamesResourceInner().withAppSettingNames(List.of("GREETING")));
        await(() -> greeting(site).equals("production"));

        sites().swapSlotWithProduction(
                        GROUP,
                        "sticky",
                        new CsmSlotEntity().withTargetSlot("test").withPreserveVnet(true));

        await(() -> greeting(site).equals("production"));
        assertThat(sites().listApplicationSettingsSlot(GROUP, "sticky", "test").properties())
                .containsEntry("GREETING", "slot");
        sites().delete(GROUP, "sticky");
    }

    @Test
    void theLogTellsOfStartsAndOfAnImageThatMayNotBePulled() throws Exception {
        String plan = plan("basic", "B1");
        sites().createOrUpdate(GROUP, "logged", body(plan, images.password(), Map.of()));
        await(() -> log("logged").contains("initialized successfully and is ready to serve requests"));
        assertThat(log("logged")).contains("Pull Image successful").contains("server 1 listens");

        sites().createOrUpdate(GROUP, "refused", body(plan, "wrong", Map.of()));
        assertThat(log("refused")).contains("ERROR - Image pull failed").contains("access denied");
        sites().delete(GROUP, "logged");
        sites().delete(GROUP, "refused");
    }

    private String log(String name) {
        var answer = sites().getWebSiteContainerLogsWithResponse(GROUP, name, Context.NONE)
                .getValue();
        return answer == null ? "" : answer.toString();
    }

    @Test
    void settingsAreShownToWhomAsksForThemOnly() {
        String plan = plan("quiet", "B1");
        SiteInner site =
                sites().createOrUpdate(GROUP, "quiet", body(plan, images.password(), Map.of("SECRET", "hush")));

        JsonNode shown = azure.call(HttpMethod.GET, site.id() + "?api-version=2025-03-01", "")
                .body();
        assertThat(shown.toString()).doesNotContain("hush").doesNotContain(images.password());
        assertThat(sites().listApplicationSettings(GROUP, "quiet").properties()).containsEntry("SECRET", "hush");
        sites().deleteWithResponse(GROUP, "quiet", true, true, Context.NONE);
        assertThatThrownBy(() -> manager.serviceClient().getAppServicePlans().getByResourceGroup(GROUP, "quiet"))
                .isInstanceOf(ManagementException.class);
    }

    @Test
    void aBasicPlanHasNoSlotsAndAPlanInUseStays() {
        String plan = plan("small", "B1");
        sites().createOrUpdate(GROUP, "small-app", body(plan, images.password(), Map.of()));

        assertThatThrownBy(() -> sites().createOrUpdateSlot(
                                GROUP, "small-app", "staging", body(plan, images.password(), Map.of())))
                .hasMessageContaining("exceed the number of slots allowed for the 'Basic' SKU");
        assertThatThrownBy(() -> manager.serviceClient().getAppServicePlans().delete(GROUP, "small"))
                .hasMessageContaining("small-app");
        assertThatThrownBy(
                        () -> sites().createOrUpdate(GROUP, "no-plan", body(plan + "x", images.password(), Map.of())))
                .hasMessageContaining("Cannot find serverfarm");
        sites().delete(GROUP, "small-app");
    }

    @Test
    void aSiteServesAtTheSameAddressAfterARestartOfTheEmulator() throws Exception {
        String plan = plan("lasting", "B1");
        SiteInner site =
                sites().createOrUpdate(GROUP, "lasting", body(plan, images.password(), Map.of("GREETING", "again")));
        await(() -> greeting(site).equals("again"));

        emulator.close();
        emulator = Emulator.start(EmulatorOptions.in(home));
        connect();

        await(() -> greeting(site).equals("again"));
        sites().delete(GROUP, "lasting");
    }
}
