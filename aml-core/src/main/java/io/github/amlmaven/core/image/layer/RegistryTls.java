package io.github.amlmaven.core.image.layer;

import io.github.amlmaven.core.cloud.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;
import org.apache.http.HttpHost;
import org.apache.http.conn.socket.LayeredConnectionSocketFactory;
import org.apache.http.conn.ssl.NoopHostnameVerifier;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** TLS to a registry, made when the first connection needs it: one on this machine often speaks plain HTTP. */
final class RegistryTls implements LayeredConnectionSocketFactory {

    private final boolean local;
    private @Nullable SSLConnectionSocketFactory made;

    /** @param local whether the registry is on this machine, so that any certificate is taken */
    RegistryTls(boolean local) {
        this.local = local;
    }

    private synchronized SSLConnectionSocketFactory tls() {
        SSLConnectionSocketFactory factory = made;
        if (factory == null) {
            factory = local
                    ? new SSLConnectionSocketFactory(Tls.context(new TrustAnyone()), NoopHostnameVerifier.INSTANCE)
                    : new SSLConnectionSocketFactory(Tls.platformContext());
            made = factory;
        }
        return factory;
    }

    @Override
    public Socket createLayeredSocket(Socket socket, String target, int port, HttpContext context) throws IOException {
        return tls().createLayeredSocket(socket, target, port, context);
    }

    @Override
    public Socket createSocket(HttpContext context) throws IOException {
        return tls().createSocket(context);
    }

    @Override
    public Socket connectSocket(
            int timeout,
            Socket socket,
            HttpHost host,
            InetSocketAddress remote,
            @Nullable InetSocketAddress local,
            HttpContext context)
            throws IOException {
        return tls().connectSocket(timeout, socket, host, remote, local, context);
    }

    /** A registry on this machine has no name that a certificate could be for. */
    private static final class TrustAnyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
