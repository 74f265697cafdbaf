package io.github.amlmaven.core.appservice;

import com.azure.resourcemanager.appservice.AppServiceManager;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Redaction;
import java.util.List;
import java.util.Optional;

/** Reads the end of a web app's docker log: what the platform did with its container, and what that has said. */
public final class WebAppLogs {

    private final AppServiceManager manager;

    public WebAppLogs(AppServiceManager manager) {
        this.manager = manager;
    }

    /** The last {@code tail} lines. */
    public List<String> read(String resourceGroup, String name, Optional<String> slot, int tail) {
        WebAppSite site = new WebAppSite(manager.serviceClient().getWebApps(), resourceGroup, name, slot);
        if (site.find().isEmpty()) {
            throw AmlException.of(ErrorCode.ARM_NOT_FOUND, "There is no " + site.shown())
                    .build();
        }
        List<String> lines = Redaction.of(site.log()).lines().toList();
        return lines.subList(Math.max(0, lines.size() - tail), lines.size());
    }
}
