package io.github.amlmaven.emulator.job.run;

import io.github.amlmaven.emulator.identity.TokenAuthority;
import io.github.amlmaven.emulator.job.state.Job;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Tokens that running jobs use for the data planes; each is good as long as its job runs, and is written nowhere. */
public final class RunTokens {

    private final TokenAuthority authority;
    private final Map<String, String> jobs = new ConcurrentHashMap<>();

    public RunTokens(TokenAuthority authority) {
        this.authority = authority;
    }

    String issue(Job job) {
        String token = authority.issueForRun(job.name());
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
