package io.github.amlmaven.core.cloud;

import com.azure.core.http.HttpClient;
import com.azure.core.http.ProxyOptions;
import com.azure.core.http.okhttp.OkHttpAsyncHttpClientBuilder;
import io.github.amlmaven.core.concurrent.ParallelTasks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/**
 * Makes the HTTP client that everything else is built on. For a local cloud it trusts that cloud's certificate and no
 * other, so that a local run cannot reach Azure by mistake.
 */
public final class Transport {

    private static final Duration CONNECT = Duration.ofSeconds(20);
    private static final Duration ANSWER = Duration.ofSeconds(100);
    private static final int CONNECTIONS = 64;

    private Transport() {}

    /** One client a build: it keeps connections. Its threads are daemons. */
    public static HttpClient httpClient(CloudEndpoints endpoints, Optional<ProxyOptions> proxy) {
        X509TrustManager trust =
                endpoints.trustedCertificate().map(Tls::trustOnly).orElseGet(Tls::platformTrust);
        SSLContext tls = endpoints.trustedCertificate().isPresent() ? Tls.context(trust) : Tls.platformContext();
        Dispatcher dispatcher = new Dispatcher(ParallelTasks.pool(CONNECTIONS));
        dispatcher.setMaxRequestsPerHost(CONNECTIONS);
        OkHttpClient client = new OkHttpClient.Builder()
                .sslSocketFactory(tls.getSocketFactory(), trust)
                // HTTP/2 gains nothing here, and a large upload shares its one connection with everything else.
                .protocols(List.of(Protocol.HTTP_1_1))
                // It would send an action again that may have been carried out; the pipeline knows which may.
                .retryOnConnectionFailure(false)
                .followSslRedirects(false)
                .connectionPool(new ConnectionPool(CONNECTIONS, 1, TimeUnit.MINUTES))
                .dispatcher(dispatcher)
                .build();
        OkHttpAsyncHttpClientBuilder builder = new OkHttpAsyncHttpClientBuilder(client)
                .followRedirects(false)
                .connectionTimeout(CONNECT)
                .responseTimeout(ANSWER)
                .readTimeout(ANSWER)
                .writeTimeout(ANSWER);
        if (!endpoints.isLocal()) {
            proxy.ifPresent(builder::proxy);
        }
        return builder.build();
    }
}
