package io.github.amlmaven.core.python;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.util.List;

/** What is said when packages are wanted that only the network has, and the network must not be used. */
public final class OfflinePackages {

    private OfflinePackages() {}

    /** @param what the subject of the sentence: which kind of packages, for what */
    public static AmlException missing(String what, List<String> requirements) {
        return AmlException.of(
                        ErrorCode.OFFLINE,
                        what + " are not in the cache, and the build is offline: "
                                + IndexCredentials.masked(String.join(", ", requirements)))
                .remedy("Run the goal once without -o; what it fetches is kept for later builds.")
                .build();
    }
}
