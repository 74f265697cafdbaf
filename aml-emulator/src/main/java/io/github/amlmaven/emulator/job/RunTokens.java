package io.github.amlmaven.emulator.job;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Tokens that running jobs use for the data planes; each is good as long as its job runs, and is written nowhere. */
public final class RunTokens {

    private final SecureRandom random = new SecureRandom();
    private final Map<String, String> jobs = new ConcurrentHashMap<>();

    String issue(Job job) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        jobs.put(token, job.id().key());
        return token;
    }

    void revoke(String token) {
        jobs.remove(token);
    }

    /** The key of the job that the token was issued to. */
    public Optional<String> job(String token) {
        return Optional.ofNullable(jobs.get(token));
    }
}
