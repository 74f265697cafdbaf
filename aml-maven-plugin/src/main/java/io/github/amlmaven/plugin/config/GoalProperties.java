package io.github.amlmaven.plugin.config;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.maven.plugin.descriptor.MojoDescriptor;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.codehaus.plexus.configuration.PlexusConfiguration;

/** The properties by which the parameters of this plugin's goals are set. */
public final class GoalProperties {

    private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]*)}");

    private GoalProperties() {}

    /** The names of all of them, without {@code ${}}. */
    public static Set<String> of(PluginDescriptor plugin) {
        Set<String> properties = new HashSet<>();
        for (MojoDescriptor goal : plugin.getMojos()) {
            for (PlexusConfiguration parameter : goal.getMojoConfiguration().getChildren()) {
                Matcher property = PROPERTY.matcher(parameter.getValue(""));
                if (property.matches()) {
                    properties.add(property.group(1));
                }
            }
        }
        return properties;
    }
}
