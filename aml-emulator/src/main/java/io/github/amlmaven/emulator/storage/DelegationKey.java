package io.github.amlmaven.emulator.storage;

/** User delegation keys. They are derived from the account's key, so that nothing has to be kept to verify one. */
final class DelegationKey {

    private DelegationKey() {}

    /** Base64 value of the key for this user, time frame and version. */
    static String value(
            String accountKey, String objectId, String tenant, String start, String expiry, String version) {
        return SasSigner.sign(
                accountKey, String.join("\n", "user-delegation-key", objectId, tenant, start, expiry, "b", version));
    }
}
