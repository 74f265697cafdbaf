package io.github.amlmaven.emulator.job.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Commands that make up one job: the first that fails ends all of them. */
public final class ProcessGang {

    private final List<ProcessGroup> groups;

    public ProcessGang(List<ProcessGroup> groups) {
        this.groups = List.copyOf(groups);
    }

    /** How the job ended. */
    public sealed interface Outcome {

        /**
         * All have ended, or one has failed and the others were ended.
         *
         * @param member which one tells how: the one that failed, else the first
         * @param code its exit code
         */
        record Exited(int member, int code) implements Outcome {}

        record TimedOut() implements Outcome {}
    }

    /**
     * Waits for the end. After it, whatever the outcome, no process is left.
     *
     * @param limit empty for no limit
     * @throws Stop.StoppedException when the stop was requested first
     */
    public Outcome await(Optional<Duration> limit, Stop stop) throws Stop.StoppedException {
        CompletableFuture<Outcome> failed = new CompletableFuture<>();
        List<CompletableFuture<Void>> exits = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            int member = i;
            exits.add(groups.get(i).exit().thenAccept(code -> {
                if (code != 0) {
                    failed.complete(new Outcome.Exited(member, code));
                }
            }));
        }
        CompletableFuture<Outcome> all = CompletableFuture.allOf(exits.toArray(CompletableFuture[]::new))
                .thenApply(ended -> failed.getNow(new Outcome.Exited(0, 0)));
        CompletableFuture<Object> first = CompletableFuture.anyOf(failed, all, stop.requested());
        try {
            Object result = limit.isPresent() ? first.get(limit.get().toMillis(), TimeUnit.MILLISECONDS) : first.get();
            if (result instanceof Outcome outcome) {
                return outcome;
            }
            throw new Stop.StoppedException((Stop.Reason) result);
        } catch (TimeoutException e) {
            return new Outcome.TimedOut();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stop.StoppedException(Stop.Reason.SHUTDOWN);
        } finally {
            end();
        }
    }

    /** Ends what is left, all at once, so that the grace of one is that of the others too. */
    public void end() {
        CompletableFuture.allOf(groups.stream()
                        .map(group ->
                                CompletableFuture.runAsync(group::end, task -> new Thread(task, "aml-job-end").start()))
                        .toArray(CompletableFuture[]::new))
                .join();
    }
}
