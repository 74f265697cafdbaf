package io.github.amlmaven.plugin.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.maven.plugin.descriptor.MojoDescriptor;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.codehaus.plexus.configuration.DefaultPlexusConfiguration;
import org.junit.jupiter.api.Test;

class GoalPropertiesTest {

    @Test
    void theyAreThoseOfAllGoals() throws Exception {
        PluginDescriptor plugin = new PluginDescriptor();
        plugin.addMojo(goal("score", "uri", "${aml.score.uri}"));
        plugin.addMojo(goal("schedule", "name", "${aml.schedule.name}"));
        plugin.addMojo(goal("run", "timeout", "12h"));

        assertThat(GoalProperties.of(plugin)).containsExactlyInAnyOrder("aml.score.uri", "aml.schedule.name");
    }

    private static MojoDescriptor goal(String name, String parameter, String value) {
        DefaultPlexusConfiguration configuration = new DefaultPlexusConfiguration("configuration");
        configuration.addChild(parameter, value);
        MojoDescriptor goal = new MojoDescriptor();
        goal.setGoal(name);
        goal.setMojoConfiguration(configuration);
        return goal;
    }
}
