package io.github.amlmaven.emulator.storage;

import io.github.amlmaven.emulator.http.Exchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Collator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The {@code SharedKey} scheme:
 * https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key.
 */
final class SharedKey {

    private static final List<String> STANDARD = List.of(
            "content-encoding",
            "content-language",
            "content-length",
            "content-md5",
            "content-type",
            "date",
            "if-modified-since",
            "if-match",
            "if-none-match",
            "if-unmodified-since",
            "range");

    private SharedKey() {}

    /** Whether one of the account's keys made this signature. */
    static boolean verify(Exchange exchange, String account, List<String> keys, String signature) {
        // The .NET and Java clients sort header names by culture, the others by code point; the service takes both.
        List<String> texts = List.of(
                stringToSign(exchange, account, Comparator.naturalOrder()),
                stringToSign(exchange, account, Collator.getInstance(Locale.ROOT)::compare));
        boolean good = false;
        for (String key : keys) {
            for (String text : texts) {
                good |= same(SasSigner.sign(key, text), signature);
            }
        }
        return good;
    }

    static boolean same(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    private static String stringToSign(Exchange exchange, String account, Comparator<String> order) {
        List<String> parts = new ArrayList<>();
        parts.add(exchange.method());
        boolean msDate = exchange.header("x-ms-date").isPresent();
        for (String name : STANDARD) {
            String value = exchange.header(name).orElse("");
            boolean blank = (name.equals("content-length") && value.equals("0")) || (name.equals("date") && msDate);
            parts.add(blank ? "" : value);
        }
        Map<String, String> own = new TreeMap<>(order);
        exchange.headers().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("x-ms-")) {
                own.put(lower, String.join(",", values).strip());
            }
        });
        own.forEach((name, value) -> parts.add(name + ":" + value));
        StringBuilder resource = new StringBuilder("/" + account + exchange.rawPath());
        Map<String, List<String>> queries = new TreeMap<>();
        exchange.queries()
                .forEach(
                        (name, values) -> queries.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>())
                                .addAll(values));
        queries.forEach((name, values) -> resource.append('\n')
                .append(name)
                .append(':')
                .append(String.join(",", values.stream().sorted().toList())));
        parts.add(resource.toString());
        return String.join("\n", parts);
    }
}
