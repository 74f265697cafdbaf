package io.github.amlmaven.plugin.config;

import com.azure.core.http.ProxyOptions;
import io.github.amlmaven.core.cloud.ServicePrincipal;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.scoring.ScoringKeys;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.inject.Inject;
import javax.inject.Named;
import javax.inject.Singleton;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.building.SettingsProblem;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.apache.maven.settings.crypto.SettingsDecryptionResult;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.jspecify.annotations.Nullable;

/** Credentials and proxies of settings.xml, decrypted. */
@Named
@Singleton
public final class SettingsServers {

    private final SettingsDecrypter decrypter;

    @Inject
    public SettingsServers(SettingsDecrypter decrypter) {
        this.decrypter = decrypter;
    }

    /** A user name with its password. */
    public record Login(String username, String password) {
        @Override
        public String toString() {
            return "Login[" + username + "]";
        }
    }

    /** The identity that a {@code <server>} describes; empty when no server is named. */
    public Optional<ServicePrincipal> servicePrincipal(MavenSession session, @Nullable String serverId) {
        if (serverId == null) {
            return Optional.empty();
        }
        Server server = server(session, serverId);
        String tenant =
                server.getConfiguration() instanceof Xpp3Dom configuration && configuration.getChild("tenantId") != null
                        ? configuration.getChild("tenantId").getValue()
                        : null;
        if (server.getUsername() == null || server.getPassword() == null || tenant == null) {
            throw lacking(
                    serverId,
                    (server.getUsername() == null ? "<username> (the client id) " : "")
                            + (server.getPassword() == null ? "<password> (the client secret) " : "")
                            + (tenant == null ? "<configuration><tenantId>" : ""));
        }
        return Optional.of(ServicePrincipal.withSecret(tenant, server.getUsername(), server.getPassword()));
    }

    private static AmlException lacking(String serverId, String what) {
        return AmlException.of(
                        ErrorCode.CONFIGURATION_INVALID,
                        "server '" + serverId + "' of settings.xml lacks " + what.strip())
                .remedy("Add it to the <server> with the id '" + serverId
                        + "' in settings.xml; 'mvn --encrypt-password' encrypts a password for it.")
                .build();
    }

    /** User name and password of a {@code <server>}. */
    public Login login(MavenSession session, String serverId) {
        Server server = server(session, serverId);
        if (server.getUsername() == null || server.getPassword() == null) {
            throw lacking(serverId, "<username> or <password>");
        }
        return new Login(server.getUsername(), server.getPassword());
    }

    /** The password of a {@code <server>}: a token that needs no user name. */
    public String token(MavenSession session, String serverId) {
        Server server = server(session, serverId);
        if (server.getPassword() == null || server.getPassword().isBlank()) {
            throw lacking(serverId, "<password>, the token");
        }
        return server.getPassword();
    }

    /** The {@code Authorization} header for a {@code <server>}: basic with a user name, bearer with a password alone. */
    public String authorization(MavenSession session, String serverId) {
        String username = server(session, serverId).getUsername();
        if (username == null || username.isBlank()) {
            return "Bearer " + token(session, serverId);
        }
        String login = username + ":" + login(session, serverId).password();
        return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    }

    /** The two scoring keys that a {@code <server>} holds as password and passphrase. */
    public ScoringKeys scoringKeys(MavenSession session, String serverId) {
        Server server = server(session, serverId);
        if (server.getPassword() == null || server.getPassphrase() == null) {
            throw lacking(serverId, "<password> or <passphrase>, the two scoring keys");
        }
        return new ScoringKeys(server.getPassword(), server.getPassphrase());
    }

    private Server server(MavenSession session, String serverId) {
        Server server = session.getSettings().getServer(serverId);
        if (server == null) {
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "settings.xml has no server '" + serverId + "'")
                    .remedy("Add <server><id>" + serverId
                            + "</id>...</server> to ~/.m2/settings.xml, or correct <serverId>.")
                    .build();
        }
        SettingsDecryptionResult result = decrypter.decrypt(new DefaultSettingsDecryptionRequest(server));
        checkDecrypted(result, "server '" + serverId + "'");
        return result.getServer();
    }

    /** The active proxy for a host, if settings.xml has one and does not except the host. */
    public Optional<ProxyOptions> proxy(MavenSession session, URI target) {
        Proxy proxy =
                session.getSettings() == null ? null : session.getSettings().getActiveProxy();
        if (proxy == null || isExcepted(proxy.getNonProxyHosts(), target.getHost())) {
            return Optional.empty();
        }
        SettingsDecryptionResult result = decrypter.decrypt(new DefaultSettingsDecryptionRequest(proxy));
        checkDecrypted(result, "proxy '" + proxy.getId() + "'");
        Proxy plain = result.getProxy();
        ProxyOptions options =
                new ProxyOptions(ProxyOptions.Type.HTTP, new InetSocketAddress(plain.getHost(), plain.getPort()));
        if (plain.getUsername() != null && plain.getPassword() != null) {
            options.setCredentials(plain.getUsername(), plain.getPassword());
        }
        if (plain.getNonProxyHosts() != null) {
            options.setNonProxyHosts(plain.getNonProxyHosts());
        }
        return Optional.of(options);
    }

    private static boolean isExcepted(@Nullable String nonProxyHosts, String host) {
        if (nonProxyHosts == null) {
            return false;
        }
        for (String pattern : nonProxyHosts.split("\\|", -1)) {
            if (!pattern.isBlank() && host.matches(Pattern.quote(pattern.trim()).replace("*", "\\E.*\\Q"))) {
                return true;
            }
        }
        return false;
    }

    /** Maven hands out the ciphertext when it cannot decrypt; that must never be sent as a secret. */
    private static void checkDecrypted(SettingsDecryptionResult result, String what) {
        for (SettingsProblem problem : result.getProblems()) {
            if (problem.getSeverity() != SettingsProblem.Severity.WARNING) {
                throw AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID,
                                what + " of settings.xml cannot be decrypted: " + problem.getMessage())
                        .remedy(
                                "See 'Password Encryption' in Maven's guides; ~/.m2/settings-security.xml holds the master password.")
                        .build();
            }
        }
    }
}
