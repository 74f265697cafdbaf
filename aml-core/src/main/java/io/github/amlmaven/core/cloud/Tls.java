package io.github.amlmaven.core.cloud;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/**
 * TLS by BoringSSL where Conscrypt brings it for this platform, else the JDK's: a JVM that has just begun encrypts at a
 * tenth of the wire's speed until its compiler is through, which for a model of 1 GiB is most of the time. Whom to trust
 * is the JDK's decision either way. The system property {@code aml.tls} with the value {@code jdk} leaves all of it to the
 * JDK, for those whose JVM is bound to a provider of its own.
 */
public final class Tls {

    private static @Nullable X509TrustManager platformTrust;

    private Tls() {}

    /** Loaded once, when first needed: it unpacks a library. */
    private static final class Native {
        static final Optional<Provider> PROVIDER = provider();

        private static Optional<Provider> provider() {
            return "jdk".equals(System.getProperty("aml.tls")) || !Conscrypt.isAvailable()
                    ? Optional.empty()
                    : Optional.of(Conscrypt.newProviderBuilder()
                            .provideTrustManager(false)
                            .build());
        }
    }

    /** Trusts whom the JVM trusts, by its own settings ({@code javax.net.ssl.trustStore}); read once, as the JDK itself does. */
    static synchronized X509TrustManager platformTrust() {
        X509TrustManager known = platformTrust;
        if (known == null) {
            known = trust(null);
            platformTrust = known;
        }
        return known;
    }

    /** Trusts one certificate. */
    static X509TrustManager trustOnly(X509Certificate certificate) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("trusted", certificate);
            return trust(store);
        } catch (GeneralSecurityException | IOException failure) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "The local cloud's certificate cannot be used")
                    .cause(failure)
                    .build();
        }
    }

    private static X509TrustManager trust(@Nullable KeyStore store) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager trust) {
                    return trust;
                }
            }
        } catch (GeneralSecurityException failure) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "This JVM's trusted certificates cannot be used")
                    .cause(failure)
                    .remedy("Check javax.net.ssl.trustStore and its password.")
                    .build();
        }
        throw new IllegalStateException("every Java platform can check X.509 certificates");
    }

    /** A context for clients that {@link #platformTrust()}. */
    public static SSLContext platformContext() {
        if (System.getProperty("javax.net.ssl.keyStore") == null) {
            return context(platformTrust());
        }
        try {
            // A JVM with a certificate of its own presents that, which its default context alone knows.
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException failure) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "This JVM's own certificate cannot be used")
                    .cause(failure)
                    .remedy("Check javax.net.ssl.keyStore and its password.")
                    .build();
        }
    }

    /** A context for clients that present no certificate. */
    public static SSLContext context(X509TrustManager trust) {
        try {
            Optional<Provider> provider = Native.PROVIDER;
            SSLContext context = provider.isPresent()
                    ? SSLContext.getInstance("TLS", provider.get())
                    : SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("every Java platform has TLS", failure);
        }
    }
}
