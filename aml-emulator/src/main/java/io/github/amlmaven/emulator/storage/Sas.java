package io.github.amlmaven.emulator.storage;

import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Shared access signatures: account, service and user delegation. Strings to sign by version as in
 * https://learn.microsoft.com/rest/api/storageservices/create-service-sas and its neighbours.
 *
 * @param fields the query's parameters, decoded
 */
record Sas(Map<String, String> fields) {

    private static final Recent<String, Instant> TIMES = new Recent<>();

    boolean account() {
        return fields.containsKey("ss");
    }

    boolean delegated() {
        return fields.containsKey("skoid");
    }

    String field(String name) {
        return fields.getOrDefault(name, "");
    }

    /** What a request wants to do. */
    record Wanted(String account, String container, String blob, String permissions, char resourceType) {}

    /** @throws HttpError 403 with the service's code when the token does not allow it */
    void check(Exchange exchange, Accounts.Keys keys, Wanted wanted, Instant now) {
        checkSignature(keys, wanted);
        checkTimes(now);
        if (field("spr").equals("https") && !exchange.secure()) {
            throw StorageErrors.of(
                    403,
                    "AuthorizationProtocolMismatch",
                    "This request is not authorized to perform this operation using this protocol.");
        }
        if (account()) {
            if (field("ss").indexOf('b') < 0) {
                throw StorageErrors.of(
                        403,
                        "AuthorizationServiceMismatch",
                        "This request is not authorized to perform this operation using this service.");
            }
            if (field("srt").indexOf(wanted.resourceType()) < 0) {
                throw StorageErrors.of(
                        403,
                        "AuthorizationResourceTypeMismatch",
                        "This request is not authorized to perform this operation using this resource type.");
            }
        } else if (wanted.container().isEmpty()
                || (field("sr").equals("b") && wanted.blob().isEmpty())) {
            throw StorageErrors.permissionMismatch();
        }
        // Each character stands for an alternative: "create or write" is enough for a new blob.
        boolean allowed = wanted.permissions().chars().anyMatch(c -> field("sp").indexOf(c) >= 0);
        if (!allowed) {
            throw StorageErrors.permissionMismatch();
        }
    }

    private void checkSignature(Accounts.Keys keys, Wanted wanted) {
        List<String> candidates = new ArrayList<>();
        for (String key : keys.all()) {
            if (delegated()) {
                String delegation = DelegationKey.value(
                        key, field("skoid"), field("sktid"), field("skt"), field("ske"), field("skv"));
                candidates.add(SasSigner.sign(delegation, delegationText(wanted)));
            } else {
                candidates.add(SasSigner.sign(key, account() ? accountText(wanted) : serviceText(wanted)));
            }
        }
        if (candidates.stream().noneMatch(signature -> SharedKey.same(signature, field("sig")))) {
            throw StorageErrors.authenticationFailed("Signature did not match.");
        }
    }

    private void checkTimes(Instant now) {
        if (field("se").isEmpty()) {
            throw StorageErrors.authenticationFailed("se is mandatory.");
        }
        if (now.isAfter(time("se")) || (delegated() && now.isAfter(time("ske")))) {
            throw StorageErrors.authenticationFailed("Signature not valid in the specified time frame: expired.");
        }
        if (!field("st").isEmpty() && now.isBefore(time("st"))) {
            throw StorageErrors.authenticationFailed("Signature not valid in the specified time frame: not yet valid.");
        }
    }

    private Instant time(String name) {
        String value = field(name);
        try {
            return TIMES.get(value, Sas::parse);
        } catch (DateTimeParseException e) {
            throw StorageErrors.authenticationFailed(name + " is not a time.");
        }
    }

    private static Instant parse(String time) {
        return time.length() == 10
                ? LocalDate.parse(time).atStartOfDay().toInstant(ZoneOffset.UTC)
                : OffsetDateTime.parse(time).toInstant();
    }

    private boolean since(String version) {
        return field("sv").compareTo(version) >= 0;
    }

    private String accountText(Wanted wanted) {
        List<String> lines = new ArrayList<>(List.of(wanted.account()));
        add(lines, "sp", "ss", "srt", "st", "se", "sip", "spr", "sv");
        if (since("2020-12-06")) {
            add(lines, "ses");
        }
        return String.join("\n", lines) + "\n";
    }

    private String serviceText(Wanted wanted) {
        List<String> lines = new ArrayList<>();
        add(lines, "sp", "st", "se");
        lines.add(resource(wanted));
        add(lines, "si", "sip", "spr", "sv");
        addResource(lines, false);
        return String.join("\n", lines);
    }

    private String delegationText(Wanted wanted) {
        List<String> lines = new ArrayList<>();
        add(lines, "sp", "st", "se");
        lines.add(resource(wanted));
        add(lines, "skoid", "sktid", "skt", "ske", "sks", "skv");
        if (since("2020-02-10")) {
            add(lines, "saoid", "suoid", "scid");
        }
        if (since("2025-07-05")) {
            add(lines, "skdutid", "sduoid");
        }
        add(lines, "sip", "spr", "sv");
        addResource(lines, since("2026-04-06"));
        return String.join("\n", lines);
    }

    private void addResource(List<String> lines, boolean signedRequest) {
        if (since("2018-11-09")) {
            add(lines, "sr", "snapshot");
        }
        if (since("2020-12-06")) {
            add(lines, "ses");
        }
        if (signedRequest) {
            add(lines, "srh", "srq");
        }
        add(lines, "rscc", "rscd", "rsce", "rscl", "rsct");
    }

    private void add(List<String> lines, String... names) {
        for (String name : names) {
            lines.add(field(name));
        }
    }

    private String resource(Wanted wanted) {
        String container = "/blob/" + wanted.account() + "/" + wanted.container();
        return field("sr").equals("c") ? container : container + "/" + wanted.blob();
    }
}
