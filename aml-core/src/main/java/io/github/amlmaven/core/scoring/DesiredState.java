package io.github.amlmaven.core.scoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The fingerprint by which a deployment knows whether anything has changed.
 *
 * <p>It covers secret values too and is written where every reader of the resource can see it. So it is an HMAC under the
 * scoring keys: nobody without them can try out guesses of a weak secret.
 */
public final class DesiredState {

    private static final ObjectMapper SORTED =
            new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    private static final String ALGORITHM = "HmacSHA256";
    private static final int HEX_DIGITS = 40;

    private DesiredState() {}

    /**
     * @param json the desired state; the order of keys does not matter
     * @return 160 bits in hex, short enough for a label or tag
     */
    public static String fingerprint(String json, ScoringKeys keys) {
        try {
            String canonical = SORTED.writeValueAsString(SORTED.readValue(json, Object.class));
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(
                    (keys.primary() + "\n" + keys.secondary()).getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return HexFormat.of()
                    .formatHex(mac.doFinal(canonical.getBytes(StandardCharsets.UTF_8)))
                    .substring(0, HEX_DIGITS);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the desired state is not JSON", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
