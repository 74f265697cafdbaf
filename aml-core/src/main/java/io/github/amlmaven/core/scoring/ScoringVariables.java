package io.github.amlmaven.core.scoring;

import io.github.amlmaven.core.error.ParameterCheck;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The environment variables that a user may give a scoring container, wherever it runs. */
public final class ScoringVariables {

    private static final Set<String> RESERVED = Set.of(
            ScoringKeys.PRIMARY_VARIABLE,
            ScoringKeys.SECONDARY_VARIABLE,
            ScoringKeys.AUTH_VARIABLE,
            EntraTokens.AUDIENCES_VARIABLE,
            EntraTokens.ISSUERS_VARIABLE,
            EntraTokens.ROLES_VARIABLE,
            EntraTokens.KEYS_URL_VARIABLE,
            EntraTokens.KEYS_VARIABLE);

    private ScoringVariables() {}

    /** Notes names that are no variables, that the goal sets itself, and that stand in both maps. */
    public static void check(
            ParameterCheck check, Map<String, String> environment, Map<String, String> secureEnvironment) {
        Set<String> variables = new TreeSet<>(environment.keySet());
        variables.addAll(secureEnvironment.keySet());
        for (String variable : variables) {
            check.requireMatch("variable", variable, "[A-Za-z_][A-Za-z0-9_]*", "letters, digits and underscores")
                    .require(!RESERVED.contains(variable), "variable " + variable + ": set by the goal itself")
                    .require(
                            !(environment.containsKey(variable) && secureEnvironment.containsKey(variable)),
                            "variable " + variable + ": stands in environment and secureEnvironment");
        }
    }
}
