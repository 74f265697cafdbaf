package io.github.amlmaven.plugin.config;

import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.util.function.UnaryOperator;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.PluginParameterExpressionEvaluator;
import org.codehaus.plexus.component.configurator.expression.ExpressionEvaluationException;

/**
 * Fills in {@code ${...}} in AML's YAML files the way Maven does in the POM: properties of the project, of the command
 * line and of settings.xml.
 */
public final class SpecValues implements UnaryOperator<String> {

    private final PluginParameterExpressionEvaluator evaluator;

    private SpecValues(MavenSession session, MojoExecution execution) {
        this.evaluator = new PluginParameterExpressionEvaluator(session, execution);
    }

    public static SpecReader reader(MavenSession session, MojoExecution execution) {
        return new SpecReader(new SpecValues(session, execution));
    }

    @Override
    public String apply(String expression) {
        try {
            Object value = evaluator.evaluate(expression);
            return value == null ? expression : value.toString();
        } catch (ExpressionEvaluationException unusable) {
            return expression;
        }
    }
}
