package io.github.amlmaven.emulator.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.Security;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ServerCertificateTest {

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void tlsIsDoneByTheNativeLibraryAndNobodyElsesIsChanged(@TempDir Path home) throws Exception {
        SSLContext context = ServerCertificate.in(home, Instant.now()).serverContext();

        assertThat(context.getProvider().getName()).isEqualTo("Conscrypt");
        assertThat(Security.getProvider("Conscrypt")).isNull();
        assertThat(SSLContext.getDefault().getProvider().getName()).isEqualTo("SunJSSE");
    }
}
