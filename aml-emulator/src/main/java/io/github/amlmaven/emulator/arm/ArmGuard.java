package io.github.amlmaven.emulator.arm;

import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.Handler;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.identity.TokenAuthority;
import io.github.amlmaven.emulator.service.EmulatorContext;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What Azure Resource Manager checks before any provider sees a request, in its order: token, api-version, subscription,
 * resource group.
 */
public final class ArmGuard implements Handler {

    private static final Set<String> ROOTS = Set.of("subscriptions", "tenants", "providers");
    private static final Set<String> AUDIENCES =
            Set.of("https://management.azure.com", "https://management.core.windows.net");

    private static final Pattern VERSION = Pattern.compile("\\d{4}-\\d{2}-\\d{2}([-.][\\w.-]+)?");
    private static final Pattern JSON =
            Pattern.compile("\\s*(application|text)/([\\w.-]+\\+)?json\\s*(;.*)?", Pattern.CASE_INSENSITIVE);
    /** Resource Manager is that old. */
    private static final int FIRST_YEAR = 2014;

    private final EmulatorContext context;
    private final TokenAuthority tokens;
    private final ResourceStore resources;

    public ArmGuard(EmulatorContext context, TokenAuthority tokens, ResourceStore resources) {
        this.context = context;
        this.tokens = tokens;
        this.resources = resources;
    }

    @Override
    public void handle(Exchange exchange) {
        List<String> path = List.of(exchange.rawPath().substring(1).split("/"));
        if (!ROOTS.contains(path.get(0).toLowerCase(Locale.ROOT)) || !loopbackName(exchange.host())) {
            return;
        }
        tokens.require(exchange, this::accepts);
        if (exchange.query("api-version").orElse("").isEmpty()) {
            throw HttpError.arm(
                    400,
                    "MissingApiVersionParameter",
                    "The api-version query parameter (?api-version=) is required for all requests.");
        }
        checkVersion(exchange.query("api-version").orElse(""), path);
        checkMediaType(exchange);
        if (path.size() > 1 && path.get(0).equalsIgnoreCase("subscriptions")) {
            checkSubscription(path.get(1));
        }
        if (path.size() > 4 && path.get(2).equalsIgnoreCase("resourceGroups")) {
            checkGroup(path.get(1), path.get(3));
        }
    }

    /** Any version that may exist: clients name the one that they were made for. */
    private void checkVersion(String version, List<String> path) {
        if (!VERSION.matcher(version).matches()) {
            throw HttpError.arm(
                    400,
                    "InvalidApiVersionParameter",
                    "The api-version '" + version
                            + "' is invalid. It must be a date, YYYY-MM-DD, that '-preview' may follow.");
        }
        int year = Integer.parseInt(version.substring(0, 4));
        int now = context.clock().instant().atZone(ZoneOffset.UTC).getYear();
        if (year < FIRST_YEAR || year > now + 1) {
            int provider = path.indexOf("providers");
            String type =
                    provider < 0 || provider + 2 >= path.size() ? path.get(path.size() - 1) : path.get(provider + 2);
            throw HttpError.arm(
                    400,
                    "NoRegisteredProviderFound",
                    "No registered resource provider found for API version '" + version + "' for type '" + type + "'.");
        }
    }

    private void checkMediaType(Exchange exchange) {
        boolean content = exchange.header("Transfer-Encoding").isPresent()
                || !exchange.header("Content-Length").orElse("0").equals("0");
        String type = exchange.header("Content-Type").orElse("<null>");
        if (context.options().strict() && content && !JSON.matcher(type).matches()) {
            throw HttpError.arm(
                    415,
                    "UnsupportedMediaType",
                    "The content media type '" + type + "' is not supported. Only 'application/json' is supported.");
        }
    }

    /** Blob hosts have their own names; a container may well be called "providers". */
    private static boolean loopbackName(String host) {
        return !host.endsWith(".localhost");
    }

    /** The emulator itself is an audience too: command line tools take the endpoint for one. */
    private boolean accepts(String audience) {
        return AUDIENCES.contains(audience)
                || audience.equals(context.endpoints().https().toString())
                || audience.equals(
                        "https://127.0.0.1:" + context.endpoints().https().getPort());
    }

    private void checkSubscription(String subscription) {
        if (!subscription.equalsIgnoreCase(context.options().subscriptionId())) {
            throw HttpError.arm(
                    404, "SubscriptionNotFound", "The subscription '" + subscription + "' could not be found.");
        }
    }

    private void checkGroup(String subscription, String group) {
        if (resources
                .get(new ResourceId("/subscriptions/" + subscription + "/resourceGroups/" + group))
                .isEmpty()) {
            throw HttpError.arm(404, "ResourceGroupNotFound", "Resource group '" + group + "' could not be found.");
        }
    }
}
