package io.github.amlmaven.plugin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.DefaultSettingsProblem;
import org.apache.maven.settings.building.SettingsProblem;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.apache.maven.settings.crypto.SettingsDecryptionResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server of settings.xml is sent as, and what is told of one that cannot be used; never its secret. */
class SettingsServersTest {

    private static final String SECRET = "s3cret:with-colon";

    private final MavenSession session = mock(MavenSession.class);
    private final SettingsDecrypter decrypter = mock(SettingsDecrypter.class);
    private final SettingsDecryptionResult decrypted = mock(SettingsDecryptionResult.class);
    private final SettingsServers servers = new SettingsServers(decrypter);
    private final Server plain = new Server();

    @BeforeEach
    void settingsWithAnEncryptedServer() {
        Server encrypted = new Server();
        encrypted.setId("grafana");
        encrypted.setPassword("{ciphertext}");
        Settings settings = new Settings();
        settings.addServer(encrypted);
        when(session.getSettings()).thenReturn(settings);
        when(decrypter.decrypt(any())).thenReturn(decrypted);
        when(decrypted.getServer()).thenReturn(plain);
        when(decrypted.getProblems()).thenReturn(List.of());
        plain.setId("grafana");
        plain.setPassword(SECRET);
    }

    @Test
    void aUserNameWithAPasswordIsSentAsBasic() {
        plain.setUsername("ada");

        String header = servers.authorization(session, "grafana");

        assertThat(header).startsWith("Basic ");
        assertThat(new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8))
                .isEqualTo("ada:" + SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void aPasswordAloneIsABearersToken(String username) {
        plain.setUsername(username.isEmpty() ? null : username);

        assertThat(servers.authorization(session, "grafana")).isEqualTo("Bearer " + SECRET);
    }

    @ParameterizedTest
    @CsvSource({"ada, lacks <username> or <password>", "'', 'lacks <password>, the token'"})
    void aServerWithoutAPasswordIsToldByWhatItLacks(String username, String what) {
        plain.setUsername(username);
        plain.setPassword(null);

        AmlException failure =
                catchThrowableOfType(AmlException.class, () -> servers.authorization(session, "grafana"));

        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
        assertThat(failure).hasMessageContaining("server 'grafana' of settings.xml " + what);
    }

    @Test
    void aServerThatIsNotThereIsToldWithWhatToAdd() {
        AmlException failure = catchThrowableOfType(AmlException.class, () -> servers.authorization(session, "nobody"));

        assertThat(failure.describe()).contains("settings.xml has no server 'nobody'", "<server><id>nobody</id>");
    }

    @Test
    void aPasswordThatCannotBeDecryptedIsNeverSent() {
        when(decrypted.getProblems())
                .thenReturn(List.of(new DefaultSettingsProblem(
                        "no master password", SettingsProblem.Severity.ERROR, "server: grafana", -1, -1, null)));

        AmlException failure =
                catchThrowableOfType(AmlException.class, () -> servers.authorization(session, "grafana"));

        assertThat(failure.describe())
                .contains("server 'grafana' of settings.xml cannot be decrypted: no master password")
                .doesNotContain("ciphertext")
                .doesNotContain(SECRET);
    }
}
