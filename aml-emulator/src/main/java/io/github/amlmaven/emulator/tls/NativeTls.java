package io.github.amlmaven.emulator.tls;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.conscrypt.Conscrypt;

/**
 * TLS by BoringSSL (https://github.com/google/conscrypt), where its library loads: Linux, macOS and Windows on the usual
 * processors. The JDK's own encrypts without the processor's instructions until its second compiler has been over a very large
 * method, which takes the whole first gigabyte. The provider is used here and registered nowhere.
 */
final class NativeTls {

    private static final Logger LOG = System.getLogger(NativeTls.class.getName());

    private NativeTls() {}

    /** Empty where there is no library for this platform, or none may be loaded. */
    static Optional<Provider> provider() {
        return Loaded.PROVIDER;
    }

    /** Empty as the provider is. */
    static Optional<SSLContext> context(KeyManager[] keys, TrustManager[] trusted) {
        Optional<Provider> provider = provider();
        if (provider.isEmpty()) {
            return Optional.empty();
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS", provider.get());
            context.init(keys, trusted, null);
            return Optional.of(context);
        } catch (GeneralSecurityException e) {
            LOG.log(Level.DEBUG, "TLS is done by the JDK", e);
            return Optional.empty();
        }
    }

    /** Loaded once, and by those alone who ask for it. */
    private static final class Loaded {

        static final Optional<Provider> PROVIDER = load();

        private static Optional<Provider> load() {
            try {
                return Optional.of(Conscrypt.newProvider());
            } catch (LinkageError e) {
                LOG.log(Level.DEBUG, "TLS is done by the JDK", e);
                return Optional.empty();
            }
        }
    }
}
