package io.github.amlmaven.core.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.azure.core.credential.TokenRequestContext;
import io.github.amlmaven.core.cloud.CredentialReport.Outcome;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CredentialChainTest {

    private static final String TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    private static final String TOKEN_PATH = "POST /" + TENANT + "/oauth2/v2.0/token";
    private static final ServicePrincipal PRINCIPAL = ServicePrincipal.withSecret(TENANT, "client-1", "top-secret");

    private final LoopbackService service = new LoopbackService();

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void theNamedServicePrincipalSignsInAndIsReportedWithoutItsToken() {
        String token = token();
        service.play(
                TOKEN_PATH,
                Answer.json(200, "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"" + token + "\"}"));

        CredentialReport report = chain(Optional.of(PRINCIPAL)).report("https://management.azure.com");

        assertThat(report.links())
                .first()
                .satisfies(link -> assertThat(link.outcome()).isEqualTo(Outcome.USED));
        assertThat(report.identity()).hasValueSatisfying(identity -> {
            assertThat(identity.applicationId()).isEqualTo("client-1");
            assertThat(identity.tenantId()).isEqualTo(TENANT);
            assertThat(identity.kind()).isEqualTo("app");
        });
        assertThat(report.toString()).doesNotContain(token).doesNotContain("top-secret");
    }

    @Test
    void aRefusedServicePrincipalEndsTheSearchWithItsReason() {
        service.play(
                TOKEN_PATH,
                Answer.json(
                        401,
                        "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid client secret provided.\"}"));

        AmlException failure = catchThrowableOfType(
                AmlException.class,
                () -> chain(Optional.of(PRINCIPAL))
                        .getTokenSync(new TokenRequestContext().addScopes("https://management.azure.com/.default")));

        assertThat(failure.code()).isEqualTo(ErrorCode.CREDENTIAL_REFUSED);
        assertThat(failure.describe()).contains("AADSTS7000215").doesNotContain("top-secret");
    }

    @Test
    void aTokenServiceThatAnswersGarbageIsACodedErrorThatNamesTheLink() {
        service.play(TOKEN_PATH, Answer.text(200, "<html>sign in</html>"));

        AmlException failure = catchThrowableOfType(
                AmlException.class,
                () -> chain(Optional.of(PRINCIPAL))
                        .getTokenSync(new TokenRequestContext().addScopes("https://management.azure.com/.default")));

        assertThat(failure).hasMessageContaining("Service principal of the configuration");
    }

    @Test
    void aLocalCloudAsksNobodyElse() {
        AmlException failure = catchThrowableOfType(
                AmlException.class,
                () -> chain(Optional.empty())
                        .getTokenSync(new TokenRequestContext().addScopes("https://management.azure.com/.default")));

        assertThat(failure.code()).isEqualTo(ErrorCode.CREDENTIAL_UNAVAILABLE);
        assertThat(service.requests()).isEmpty();
    }

    @Test
    void aPrincipalDoesNotPrintItsSecret() {
        assertThat(PRINCIPAL.toString()).contains("client-1").doesNotContain("top-secret");
    }

    private CredentialChain chain(Optional<ServicePrincipal> explicit) {
        return CredentialChain.of(
                service.endpoints(), explicit, Map.of(), Transport.httpClient(service.endpoints(), Optional.empty()));
    }

    private static String token() {
        String claims = "{\"appid\":\"client-1\",\"tid\":\"" + TENANT + "\",\"oid\":\"o\",\"idtyp\":\"app\"}";
        return "eyJhbGciOiJub25lIn0."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".c2ln";
    }
}
