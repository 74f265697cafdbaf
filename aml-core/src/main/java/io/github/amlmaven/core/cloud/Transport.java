package io.github.amlmaven.core.cloud;

import com.azure.core.http.HttpClient;
import com.azure.core.http.ProxyOptions;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Makes the HTTP client that everything else is built on. For a local cloud it trusts that cloud's certificate and no
 * other, so that a local run cannot reach Azure by mistake.
 */
public final class Transport {

    private static final Duration CONNECT = Duration.ofSeconds(20);
    private static final Duration ANSWER = Duration.ofSeconds(100);

    private Transport() {}

    /** One client a build: it keeps connections, and Java 17 cannot close it. */
    public static HttpClient httpClient(CloudEndpoints endpoints, Optional<ProxyOptions> proxy) {
        java.net.http.HttpClient.Builder jdk = java.net.http.HttpClient.newBuilder()
                // HTTP/2 gains nothing here, and upgrade headers confuse some proxies.
                .version(java.net.http.HttpClient.Version.HTTP_1_1)
                .followRedirects(java.net.http.HttpClient.Redirect.NEVER);
        endpoints.trustedCertificate().ifPresent(certificate -> jdk.sslContext(trustOnly(certificate)));
        JdkHttpClientBuilder builder = new JdkHttpClientBuilder(jdk)
                .connectionTimeout(CONNECT)
                .responseTimeout(ANSWER)
                .readTimeout(ANSWER)
                .writeTimeout(ANSWER);
        if (!endpoints.isLocal()) {
            proxy.ifPresent(builder::proxy);
        }
        return builder.build();
    }

    /** A TLS context that trusts one certificate. */
    public static SSLContext trustOnly(X509Certificate certificate) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("trusted", certificate);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException failure) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "The local cloud's certificate cannot be used")
                    .cause(failure)
                    .build();
        }
    }
}
