package io.github.amlmaven.emulator.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * The self-signed EC P-256 certificate of one emulator home, made at first start and kept there with its private key
 * (readable by the owner alone). Written by hand as DER: Java 17 has no public API that makes certificates.
 */
public final class ServerCertificate {

    private static final List<String> NAMES = List.of("localhost", "*.localhost", "*.blob.localhost");
    private static final List<String> ADDRESSES = List.of("127.0.0.1", "::1");
    private static final Duration VALIDITY = Duration.ofDays(3650);

    /** Given none, the JDK reads its whole trust store. */
    private static final TrustManager[] CLIENTS = {new NoClient()};

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final Path pem;

    private ServerCertificate(X509Certificate certificate, PrivateKey key, Path pem) {
        this.certificate = certificate;
        this.key = key;
        this.pem = pem;
    }

    /** Reads the home's certificate, or makes one when there is none or it has ended. */
    public static ServerCertificate in(Path home, Instant now) throws IOException {
        Path pem = pem(home);
        Path keyFile = home.resolve("certificate-key.pem");
        try {
            if (Files.exists(pem) && Files.exists(keyFile)) {
                X509Certificate certificate = parse(decode(Files.readString(pem)));
                if (certificate.getNotAfter().toInstant().isAfter(now.plus(Duration.ofDays(1)))) {
                    PrivateKey key = KeyFactory.getInstance("EC")
                            .generatePrivate(new PKCS8EncodedKeySpec(decode(Files.readString(keyFile))));
                    return new ServerCertificate(certificate, key, pem);
                }
            }
            // TLS needs the library anyway; the JDK's own arithmetic, interpreted, takes a tenth of a start.
            Optional<Provider> quick = NativeTls.provider();
            KeyPairGenerator generator = quick.isPresent()
                    ? KeyPairGenerator.getInstance("EC", quick.get())
                    : KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            byte[] der = selfSigned(pair, quick, now);
            OwnerOnlyFile.write(keyFile, encode("PRIVATE KEY", pair.getPrivate().getEncoded()));
            OwnerOnlyFile.write(pem, encode("CERTIFICATE", der));
            return new ServerCertificate(parse(der), pair.getPrivate(), pem);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot make or read the certificate in " + home, e);
        }
    }

    /** Where it lies in a home. */
    public static Path pem(Path home) {
        return home.resolve("certificate.pem");
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** The keys of the certificate; the emulator's identity provider signs tokens with them. */
    public KeyPair keys() {
        return new KeyPair(certificate.getPublicKey(), key);
    }

    /** A context for a server that shows this certificate, by the quickest TLS there is. */
    public SSLContext serverContext() {
        try {
            Optional<SSLContext> quick = NativeTls.context(managers(), CLIENTS);
            if (quick.isPresent()) {
                return quick.get();
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers(), CLIENTS, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot use the certificate " + pem, e);
        }
    }

    private KeyManager[] managers() {
        return new KeyManager[] {new OneKey(key, certificate)};
    }

    private static byte[] selfSigned(KeyPair pair, Optional<Provider> quick, Instant now)
            throws GeneralSecurityException, IOException {
        byte[] ecdsaWithSha256 = Der.sequence(Der.oid(1, 2, 840, 10045, 4, 3, 2));
        byte[] name = Der.sequence(Der.set(Der.sequence(Der.oid(2, 5, 4, 3), Der.utf8("AML Emulator"))));
        byte[] body = Der.sequence(
                Der.tlv(0xa0, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(127, new SecureRandom()).add(BigInteger.ONE)),
                ecdsaWithSha256,
                name,
                // An hour back, for clocks that differ a little; UTCTime is mandatory before 2050 (RFC 5280 4.1.2.5).
                Der.sequence(Der.utcTime(now.minus(Duration.ofHours(1))), Der.utcTime(now.plus(VALIDITY))),
                name,
                pair.getPublic().getEncoded(),
                Der.tlv(0xa3, extensions()));
        Signature signature = quick.isPresent()
                ? Signature.getInstance("SHA256withECDSA", quick.get())
                : Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(body);
        return Der.sequence(body, ecdsaWithSha256, Der.bits(signature.sign()));
    }

    private static byte[] extensions() throws IOException {
        List<byte[]> names = new ArrayList<>();
        for (String name : NAMES) {
            names.add(Der.tlv(0x82, name.getBytes(StandardCharsets.US_ASCII)));
        }
        for (String address : ADDRESSES) {
            names.add(Der.tlv(0x87, InetAddress.getByName(address).getAddress()));
        }
        byte[] alternativeNames = Der.sequence(names.toArray(byte[][]::new));
        byte[] serverAuth = Der.sequence(Der.oid(1, 3, 6, 1, 5, 5, 7, 3, 1));
        return Der.sequence(
                Der.sequence(Der.oid(2, 5, 29, 19), Der.bool(true), Der.octets(Der.sequence(Der.bool(true)))),
                Der.sequence(Der.oid(2, 5, 29, 17), Der.octets(alternativeNames)),
                Der.sequence(Der.oid(2, 5, 29, 37), Der.octets(serverAuth)));
    }

    private static X509Certificate parse(byte[] der) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    private static String encode(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    private static byte[] decode(String pem) {
        return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    }
}
