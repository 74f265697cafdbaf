package io.github.amlmaven.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.HttpMethod;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmulatorTest {

    @TempDir
    Path home;

    @Test
    void itsCertificateIsTrustedByAClientThatTrustsNothingElse() throws Exception {
        try (Emulator emulator = Emulator.start(EmulatorOptions.in(home))) {
            HttpResponse<String> answer = get(emulator, "/_emulator/health");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"status\":\"ok\"");
            assertThat(answer.headers().firstValue("x-ms-request-id")).isPresent();
        }
    }

    @Test
    void aHomeThatOthersCouldReadIsClosedToThem() throws Exception {
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));

        try (Emulator emulator = Emulator.start(EmulatorOptions.in(home))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(emulator.home())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void itComesBackOnItsPortsWithItsCertificate() throws Exception {
        URI https;
        String certificate;
        try (Emulator first = Emulator.start(EmulatorOptions.in(home))) {
            https = first.endpoints().https();
            certificate = Files.readString(first.certificatePem());
        }
        try (Emulator second = Emulator.start(EmulatorOptions.in(home))) {
            assertThat(second.endpoints().https()).isEqualTo(https);
            assertThat(second.certificatePem()).hasContent(certificate);
        }
    }

    @Test
    void urlsOfResourcesFollowWhenTheLastPortIsTaken() throws Exception {
        int before;
        try (Emulator first = Emulator.start(EmulatorOptions.in(home))) {
            before = first.endpoints().https().getPort();
        }
        try (ServerSocket taken = new ServerSocket(before, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
                Emulator second = Emulator.start(EmulatorOptions.in(home))) {
            AzureClients azure = new AzureClients(second);
            String discovery = azure.call(HttpMethod.GET, azure.workspace(), "")
                    .body()
                    .path("properties")
                    .path("discoveryUrl")
                    .asText();

            assertThat(taken.getLocalPort()).isEqualTo(before);
            assertThat(discovery).startsWith(second.endpoints().https().toString());
        }
    }

    @Test
    void aPortThatIsAskedForAndTakenIsAnError() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            EmulatorOptions usual = EmulatorOptions.in(home);
            EmulatorOptions asked = new EmulatorOptions(
                    home,
                    taken.getLocalPort(),
                    0,
                    usual.subscriptionId(),
                    usual.resourceGroup(),
                    usual.workspace(),
                    true,
                    true);

            assertThatThrownBy(() -> Emulator.start(asked))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("port " + taken.getLocalPort() + " is taken");
            // A start that failed leaves the home free.
            Emulator.start(usual).close();
        }
    }

    @Test
    void aHomeInUseIsRefusedWithTheProcessThatUsesIt() throws Exception {
        try (Emulator first = Emulator.start(EmulatorOptions.in(home))) {
            assertThatThrownBy(() -> Emulator.start(EmulatorOptions.in(home)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another emulator uses " + first.home())
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
    }

    @Test
    void aCertificateThatCannotBeReadEndsTheStartAndFreesTheHome() throws Exception {
        Path certificate = home.resolve("certificate.pem");
        Files.writeString(certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Files.writeString(home.resolve("certificate-key.pem"), "");

        assertThatThrownBy(() -> Emulator.start(EmulatorOptions.in(home)))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot make or read the certificate in " + home);
        assertThat(home.resolve("emulator.json")).doesNotExist();

        Files.delete(certificate);
        try (Emulator emulator = Emulator.start(EmulatorOptions.in(home))) {
            assertThat(get(emulator, "/_emulator/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whatIsSecretInTheHomeIsReadableByItsOwnerAlone() throws Exception {
        try (Emulator emulator = Emulator.start(EmulatorOptions.in(home.resolve("new")))) {
            for (String name : new String[] {"emulator.json", "certificate-key.pem"}) {
                assertThat(PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(emulator.home().resolve(name))))
                        .as(name)
                        .isEqualTo("rw-------");
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(emulator.home())))
                    .isEqualTo("rwx------");
        }
        assertThat(home.resolve("new/emulator.json")).doesNotExist();
    }

    @Test
    void theRequestLogStrikesOutSecrets() throws Exception {
        try (Emulator emulator = Emulator.start(EmulatorOptions.in(home))) {
            get(emulator, "//nowhere//at/all?sig=abcdef&api-version=2025-12-01");

            assertThat(emulator.requests().entries()).singleElement().satisfies(entry -> {
                assertThat(entry.path()).isEqualTo("/nowhere/at/all");
                assertThat(entry.query()).isEqualTo("sig=***&api-version=2025-12-01");
                assertThat(entry.apiVersion()).isEqualTo("2025-12-01");
                assertThat(entry.status()).isEqualTo(404);
            });
        }
    }

    private static HttpResponse<String> get(Emulator emulator, String path) throws Exception {
        return client(emulator)
                .send(
                        HttpRequest.newBuilder(URI.create(emulator.endpoints().https() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    static HttpClient client(Emulator emulator) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("emulator", emulator.certificate());
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    @Test
    void aConnectionStaysWhenNobodyReadsARequestsBody() throws Exception {
        try (Emulator emulator = Emulator.start(EmulatorOptions.in(home));
                Socket socket =
                        new Socket("127.0.0.1", emulator.endpoints().http().getPort())) {
            String first = "DELETE /_emulator/faults HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello";
            String second = "GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            socket.getOutputStream().write(first.getBytes(StandardCharsets.UTF_8));
            assertThat(answers.readLine()).isEqualTo("HTTP/1.1 204 No Content");
            socket.getOutputStream().write(second.getBytes(StandardCharsets.UTF_8));

            assertThat(answers.lines()).contains("HTTP/1.1 200 OK");
        }
    }
}
