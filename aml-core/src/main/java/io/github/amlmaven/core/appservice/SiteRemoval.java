package io.github.amlmaven.core.appservice;

import com.azure.resourcemanager.appservice.AppServiceManager;
import com.azure.resourcemanager.appservice.fluent.models.AppServicePlanInner;
import com.azure.resourcemanager.appservice.fluent.models.SiteInner;
import io.github.amlmaven.core.arm.ArmErrors;
import java.util.Optional;

/**
 * Deletes a site with its slots, or one slot; what is not there is deleted already. A plan goes with its last app when it
 * was made for it by a deployment.
 */
public final class SiteRemoval {

    private final AppServiceManager manager;
    private final String word;

    /** @param word what people call the site: web app or function app */
    public SiteRemoval(AppServiceManager manager, String word) {
        this.manager = manager;
        this.word = word;
    }

    /** Whether the app, or the slot, is there. */
    public boolean exists(String resourceGroup, String name, Optional<String> slot) {
        return site(resourceGroup, name, slot).find().isPresent();
    }

    /** Deletes it; false when there was none. */
    public boolean remove(String resourceGroup, String name, Optional<String> slot) {
        Site site = site(resourceGroup, name, slot);
        return site.find()
                .map(found -> site.delete(slot.isEmpty() && isOurs(found)))
                .orElse(false);
    }

    private boolean isOurs(SiteInner site) {
        String[] segments = String.valueOf(site.serverFarmId()).split("/", -1);
        if (segments.length < 9) {
            return false;
        }
        try {
            AppServicePlanInner plan =
                    manager.serviceClient().getAppServicePlans().getByResourceGroup(segments[4], segments[8]);
            return plan != null && SitePlan.isOurs(plan);
        } catch (RuntimeException e) {
            throw ArmErrors.ofFailure("read App Service plan '" + segments[8] + "'", e);
        }
    }

    private Site site(String resourceGroup, String name, Optional<String> slot) {
        return new Site(manager, word, resourceGroup, name, slot);
    }
}
