package io.github.amlmaven.core.appservice;

import com.azure.resourcemanager.appservice.AppServiceManager;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Redaction;
import java.util.List;
import java.util.Optional;

/** Reads the end of a site's docker log: what the platform did with its container, and what that has said. */
public final class SiteLogs {

    private final AppServiceManager manager;
    private final String word;

    /** @param word what people call the site: web app or function app */
    public SiteLogs(AppServiceManager manager, String word) {
        this.manager = manager;
        this.word = word;
    }

    /** The last {@code tail} lines. */
    public List<String> read(String resourceGroup, String name, Optional<String> slot, int tail) {
        Site site = new Site(manager, word, resourceGroup, name, slot);
        if (site.find().isEmpty()) {
            throw AmlException.of(ErrorCode.ARM_NOT_FOUND, "There is no " + site.shown())
                    .remedy("Deploy it with 'mvn aml:deploy-" + (word.startsWith("function") ? "function" : "webapp")
                            + "', or name another one: -Daml.deploy.name, -Daml.deploy.resourceGroup"
                            + (slot.isPresent() ? "; without a slot production is shown." : "."))
                    .build();
        }
        List<String> lines = Redaction.of(site.log()).lines().toList();
        return lines.subList(Math.max(0, lines.size() - tail), lines.size());
    }
}
