package io.github.amlmaven.core.appservice;

import com.azure.core.exception.HttpResponseException;
import com.azure.resourcemanager.appservice.AppServiceManager;
import com.azure.resourcemanager.appservice.fluent.models.AppServicePlanInner;
import com.azure.resourcemanager.appservice.models.SkuDescription;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ArmErrors;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.plan.Comparison;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.Progress;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The App Service plan of a site: made when it is not there, and told from others by a tag. */
final class SitePlan {

    /** Marks a plan as made by this class, so that removing its last app may remove it. */
    private static final String TAG = "aml.createdBy";

    private static final String TAG_VALUE = "aml-maven-plugin";

    /** Tiers without slots, in lower case (https://learn.microsoft.com/azure/app-service/deploy-staging-slots). */
    private static final Set<String> WITHOUT_SLOTS = Set.of("free", "shared", "basic");

    private final AppServiceManager manager;
    private final Progress progress;

    SitePlan(AppServiceManager manager, Progress progress) {
        this.manager = manager;
        this.progress = progress;
    }

    /** Whether a deployment has made the plan. */
    static boolean isOurs(AppServicePlanInner plan) {
        return plan.tags() != null && TAG_VALUE.equals(plan.tags().get(TAG));
    }

    private record Name(String group, String name) {}

    private static Name name(String planId) {
        String[] segments = planId.split("/", -1);
        if (segments.length < 9) {
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "'" + planId + "' is no App Service plan's id")
                    .remedy(
                            "Set it to /subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Web/serverfarms/<name>, as 'az"
                                    + " appservice plan show --query id' prints it, or leave it out for a plan of its own.")
                    .build();
        }
        return new Name(segments[4], segments[8]);
    }

    /** That the plan would be created; empty when it is there, which changes nothing in it. */
    Optional<PlannedChange> plan(SiteRequest request, String planId) {
        Name name = name(planId);
        if (isThere(name.group(), name.name())) {
            return Optional.empty();
        }
        ObjectNode wanted = JsonNodeFactory.instance.objectNode().put("location", request.location());
        wanted.putObject("sku").put("name", request.plan().sku());
        return Optional.of(Comparison.of(
                "resourceGroups/" + name.group() + "/providers/Microsoft.Web/serverfarms/" + name.name(),
                Optional.<ObjectNode>empty(),
                wanted));
    }

    /** Creates the plan unless it is there. */
    void ensure(SiteRequest request, String planId) {
        String group = name(planId).group();
        String name = name(planId).name();
        if (isThere(group, name)) {
            return;
        }
        String sku = request.plan().sku();
        AppServicePlanInner plan = new AppServicePlanInner();
        plan.withLocation(request.location());
        plan.withTags(Map.of(TAG, TAG_VALUE));
        plan.withKind(request.plan().elastic() ? "elastic" : "linux")
                .withReserved(true)
                .withSku(new SkuDescription().withName(sku));
        progress.info("Creating App Service plan " + name + " (" + sku + ")");
        try {
            manager.serviceClient().getAppServicePlans().createOrUpdate(group, name, plan);
        } catch (RuntimeException e) {
            throw ArmErrors.ofFailure("create App Service plan '" + name + "'", e);
        }
    }

    /** @throws AmlException {@link ErrorCode#CONFIGURATION_INVALID} when sites of the plan have no slots */
    void requireSlots(String planId) {
        Name name = name(planId);
        SkuDescription sku =
                find(name.group(), name.name()).map(AppServicePlanInner::sku).orElse(null);
        if (sku != null && WITHOUT_SLOTS.contains(String.valueOf(sku.tier()).toLowerCase(Locale.ROOT))) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "App Service plan '" + name.name() + "' is of " + sku.name() + " (" + sku.tier()
                                    + "), whose apps have no slots")
                    .remedy("Move it to Standard or larger: 'az appservice plan update --name " + name.name()
                            + " --resource-group " + name.group()
                            + " --sku S1'. <sku> is looked at only when the goal makes the plan.")
                    .build();
        }
    }

    private boolean isThere(String group, String name) {
        return find(group, name).isPresent();
    }

    private Optional<AppServicePlanInner> find(String group, String name) {
        try {
            return Optional.ofNullable(
                    manager.serviceClient().getAppServicePlans().getByResourceGroup(group, name));
        } catch (HttpResponseException e) {
            if (e.getResponse() == null || e.getResponse().getStatusCode() != 404) {
                throw ArmErrors.ofFailure("read App Service plan '" + name + "'", e);
            }
            return Optional.empty();
        }
    }
}
