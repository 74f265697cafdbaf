package io.github.amlmaven.core.error;

import java.util.regex.Pattern;

/**
 * Takes secrets out of text that others wrote (service answers, SDK exceptions, URLs) before it reaches a message or a
 * log.
 */
public final class Redaction {

    /** Tokens of Entra ID and of registries are JWTs. */
    private static final Pattern JWT = Pattern.compile("eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]*)?");

    private static final Pattern AUTHORIZATION = Pattern.compile("(?i)\\b(Bearer|Basic|SharedKey)\\s+[^\\s\"',]{8,}");

    /** The signature of a SAS, and the query of a signed operation URL (its {@code t}, {@code c}, {@code s}, {@code h}). */
    private static final Pattern SIGNATURE = Pattern.compile("(?i)([?&](?:sig|signature|t|c|s|h|code)=)[^&\\s\"']+");

    private static final Pattern NAMED = Pattern.compile(
            "(?i)((?:AccountKey|SharedAccessSignature|client_secret|client_assertion|password|access_token|refresh_token)"
                    + "\"?\\s*[=:]\\s*\"?)[^\\s\"'&;,]+");

    /** The user in a URL, as databases and registries are given. */
    private static final Pattern USER_INFO = Pattern.compile("(://[^\\s:@/?#\"']*:)[^\\s/?#\"']+@");

    private Redaction() {}

    /** The text with every secret replaced by {@code ***}. */
    public static String of(String text) {
        String clean = JWT.matcher(text).replaceAll("***");
        clean = AUTHORIZATION.matcher(clean).replaceAll("$1 ***");
        clean = SIGNATURE.matcher(clean).replaceAll("$1***");
        clean = USER_INFO.matcher(clean).replaceAll("$1***@");
        return NAMED.matcher(clean).replaceAll("$1***");
    }
}
