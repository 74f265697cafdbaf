package io.github.amlmaven.core.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Claims are those of Entra ID's access tokens (access-token-claims-reference). */
class TokenIdentityTest {

    private static final String MACHINE =
            "/subscriptions/s/resourcegroups/g/providers/Microsoft.Compute/virtualMachines/build";

    private static TokenIdentity of(String claims) {
        String payload = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(claims.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        return TokenIdentity.of("e30." + payload + ".c2ln").orElseThrow();
    }

    @Test
    void aServicePrincipalWithASecret() {
        TokenIdentity identity = of("{'tid':'t','oid':'o','appid':'a','appidacr':'1','idtyp':'app'}");

        assertThat(identity.tenantId()).isEqualTo("t");
        assertThat(identity.objectId()).isEqualTo("o");
        assertThat(identity.applicationId()).isEqualTo("a");
        assertThat(identity.userName()).isEmpty();
        assertThat(identity.credentialClass()).isEqualTo("1");
        assertThat(identity.signIn()).isEqualTo("service principal with a secret");
    }

    @Test
    void aServicePrincipalWithACertificateIsNoManagedIdentity() {
        TokenIdentity identity = of("{'appid':'a','appidacr':'2','idtyp':'app'}");

        assertThat(identity.credentialClass()).isEqualTo("2");
        assertThat(identity.managedIdentity()).isEmpty();
        assertThat(identity.signIn()).isEqualTo("service principal with a certificate or a federated token");
    }

    @Test
    void aManagedIdentityIsToldByWhatHasIt() {
        TokenIdentity identity = of("{'appid':'a','appidacr':'2','idtyp':'app','xms_mirid':'" + MACHINE + "'}");

        assertThat(identity.credentialClass()).isEqualTo("2");
        assertThat(identity.managedIdentity()).isEqualTo(MACHINE);
        assertThat(identity.signIn()).isEqualTo("managed identity " + MACHINE);
    }

    @Test
    void aUserOfAPublicClientIsAUser() {
        TokenIdentity identity = of("{'appid':'a','appidacr':'0','idtyp':'user','upn':'ada@example.org'}");

        assertThat(identity.userName()).isEqualTo("ada@example.org");
        assertThat(identity.signIn()).isEqualTo("user");
        assertThat(of("{'unique_name':'ada@example.org'}").signIn()).isEqualTo("user");
    }

    @Test
    void tokensOfVersionTwoHaveOtherNamesForTheSame() {
        TokenIdentity identity = of("{'azp':'a','azpacr':'1','preferred_username':'','ver':'2.0'}");

        assertThat(identity.applicationId()).isEqualTo("a");
        assertThat(identity.signIn()).isEqualTo("service principal with a secret");
    }

    @Test
    void whatIsNoJwtTellsNothing() {
        assertThat(TokenIdentity.of("opaque")).isEmpty();
        assertThat(TokenIdentity.of("a.%%%.c")).isEmpty();
        assertThat(TokenIdentity.of(
                        "a." + Base64.getUrlEncoder().encodeToString("[".getBytes(StandardCharsets.UTF_8)) + ".c"))
                .isEmpty();
    }
}
