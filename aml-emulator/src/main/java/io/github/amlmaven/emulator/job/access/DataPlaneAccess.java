package io.github.amlmaven.emulator.job.access;

import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.Handler;
import io.github.amlmaven.emulator.identity.TokenAuthority;
import io.github.amlmaven.emulator.job.run.RunTokens;
import io.github.amlmaven.emulator.service.EmulatorContext.Endpoints;
import java.util.Set;

/** Who may use the AML data planes: holders of a token for AML or Resource Manager, and running jobs. */
public final class DataPlaneAccess {

    private static final Set<String> AUDIENCES =
            Set.of("https://ml.azure.com", "https://management.azure.com", "https://management.core.windows.net");

    private final TokenAuthority tokens;
    private final RunTokens runTokens;
    private final String self;

    public DataPlaneAccess(TokenAuthority tokens, RunTokens runTokens, Endpoints endpoints) {
        this.tokens = tokens;
        this.runTokens = runTokens;
        this.self = endpoints.https().toString();
    }

    /** The handler behind a check of the caller's token; 401 without a good one. */
    public Handler guarded(Handler handler) {
        return exchange -> {
            require(exchange);
            handler.handle(exchange);
        };
    }

    private void require(Exchange exchange) {
        String authorization = exchange.header("Authorization").orElse("");
        boolean job = authorization.startsWith("Bearer ")
                && runTokens
                        .job(authorization.substring("Bearer ".length()).strip())
                        .isPresent();
        if (!job) {
            tokens.require(exchange, audience -> AUDIENCES.contains(audience) || audience.equals(self));
        }
    }
}
