package io.github.amlmaven.core.appservice;

import java.util.Optional;

/** Looks at a site's log while it is waited for, and keeps what it saw last. */
final class SiteLogWatch {

    private final Site site;
    private final int failuresBefore;
    private SiteLog last = new SiteLog("");

    /** @param failuresBefore failed starts that the log told of before the site was written */
    SiteLogWatch(Site site, int failuresBefore) {
        this.site = site;
        this.failuresBefore = failuresBefore;
    }

    /** A failed start that was not there before the write. */
    Optional<String> newFailure() {
        last = new SiteLog(site.log());
        return last.failures() > failuresBefore ? last.lastFailure() : Optional.empty();
    }

    SiteLog last() {
        return last;
    }
}
