package io.github.amlmaven.plugin.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The number under which the CI system knows this build. */
public final class BuildNumber {

    private static final List<String> VARIABLES =
            List.of("BUILD_BUILDID", "GITHUB_RUN_ID", "CI_PIPELINE_ID", "BUILD_ID");

    private BuildNumber() {}

    public static Optional<String> of(@Nullable String configured, Map<String, String> environment) {
        if (configured != null) {
            return Optional.of(configured);
        }
        return VARIABLES.stream()
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isBlank())
                .findFirst();
    }
}
