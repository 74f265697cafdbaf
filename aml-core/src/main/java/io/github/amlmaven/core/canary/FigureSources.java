package io.github.amlmaven.core.canary;

import com.azure.core.http.HttpClient;
import io.github.amlmaven.core.arm.ArmClient;
import java.util.function.UnaryOperator;

/**
 * Where judges get figures that are not measured by the canary itself.
 *
 * @param http reaches the addresses of queries
 * @param authorization the {@code Authorization} header for a named server; a secret
 * @param arm reaches Azure Monitor with the build's credential
 */
public record FigureSources(HttpClient http, UnaryOperator<String> authorization, ArmClient arm) {}
