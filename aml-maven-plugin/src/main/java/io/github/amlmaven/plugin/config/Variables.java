package io.github.amlmaven.plugin.config;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Environment variables as a POM gives them. */
public final class Variables {

    /** What Maven leaves of a property that nobody has set, where it leaves anything. */
    private static final Pattern UNSET = Pattern.compile("\\$\\{env\\.[^}]*}");

    private Variables() {}

    /**
     * The variables, all with a value.
     *
     * @param parameter the POM's element
     * @throws AmlException {@link ErrorCode#CONFIGURATION_INVALID} when one has none, as {@code ${env.X}} without {@code X}
     */
    public static Map<String, String> of(String parameter, Map<String, @Nullable String> given) {
        Map<String, String> values = new TreeMap<>();
        given.forEach((name, value) -> {
            if (value == null || UNSET.matcher(value).matches()) {
                throw AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID, "<" + name + "> of <" + parameter + "> has no value")
                        .remedy("Set the environment variable of this build that it is made of (${env." + name
                                + "}, for instance), or leave the element out.")
                        .build();
            }
            values.put(name, Objects.requireNonNull(value));
        });
        return values;
    }
}
