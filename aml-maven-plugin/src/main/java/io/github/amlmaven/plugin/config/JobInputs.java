package io.github.amlmaven.plugin.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.maven.execution.MavenSession;
import org.jspecify.annotations.Nullable;

/** Values for a job's inputs: those of the POM, with {@code -Daml.inputs.<name>} put over them. */
public final class JobInputs {

    private static final String PROPERTY = "aml.inputs.";

    private JobInputs() {}

    public static Map<String, String> of(@Nullable Map<String, String> configured, MavenSession session) {
        Map<String, String> all = new LinkedHashMap<>(configured == null ? Map.of() : configured);
        Properties user = session.getUserProperties();
        user.stringPropertyNames().stream()
                .filter(name -> name.startsWith(PROPERTY))
                .forEach(name -> all.put(name.substring(PROPERTY.length()), user.getProperty(name)));
        return all;
    }
}
