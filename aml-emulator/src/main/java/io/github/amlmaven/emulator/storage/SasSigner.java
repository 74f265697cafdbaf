package io.github.amlmaven.emulator.storage;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA-256 signatures of the storage services, and the service SAS that AML hands out for a datastore. */
final class SasSigner {

    private static final String VERSION = "2021-12-02";

    private static final Recent<Signed, String> SIGNATURES = new Recent<>();

    private record Signed(String key, String text) {
        @Override
        public String toString() {
            return "Signed[...]";
        }
    }

    private SasSigner() {}

    /**
     * Base64 HMAC-SHA-256.
     *
     * @param key base64
     */
    static String sign(String key, String text) {
        return SIGNATURES.get(new Signed(key, text), SasSigner::compute);
    }

    private static String compute(Signed signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(signed.key()), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(signed.text().getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    static String containerSas(
            String account, String key, String container, String permissions, Instant now, Duration validity) {
        String start = now.minus(10, ChronoUnit.MINUTES)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        String expiry = now.plus(validity).truncatedTo(ChronoUnit.SECONDS).toString();
        String text = String.join(
                "\n",
                permissions,
                start,
                expiry,
                "/blob/" + account + "/" + container,
                "",
                "",
                "",
                VERSION,
                "c",
                "",
                "",
                "",
                "",
                "",
                "",
                "");
        return "sv=" + VERSION + "&sr=c&sp=" + permissions + "&st=" + encode(start) + "&se=" + encode(expiry) + "&sig="
                + encode(sign(key, text));
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
