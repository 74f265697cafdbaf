package io.github.amlmaven.core.error;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one error that leaves this library: what failed, where, why, and what to do next.
 *
 * <p>Whose fault it is ({@link ErrorCode#fault()}) decides how a front end reports it: the user's mistakes are build
 * failures, the world's are execution errors.
 */
public final class AmlException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient List<Problem> problems;
    private final @Nullable String requestId;
    private final String remedy;

    private AmlException(Builder builder) {
        super(builder.what, builder.cause);
        this.code = builder.code;
        this.problems = List.copyOf(builder.problems);
        this.requestId = builder.requestId;
        this.remedy = builder.remedy == null ? builder.code.remedy() : builder.remedy;
    }

    /** Starts an error: {@code what} is one sentence that names the resource or file and what could not be done. */
    public static Builder of(ErrorCode code, String what) {
        return new Builder(code, what);
    }

    /**
     * All problems of a set of files, reported together: under their own code when they are of one kind, else under {@link
     * ErrorCode#FILES_INVALID}.
     */
    public static AmlException ofProblems(List<Problem> problems) {
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("an error needs at least one problem");
        }
        ErrorCode first = problems.get(0).code();
        boolean alike = problems.stream().allMatch(problem -> problem.code() == first);
        Builder builder = new Builder(
                alike ? first : ErrorCode.FILES_INVALID,
                problems.size() == 1 ? "1 problem found" : problems.size() + " problems found");
        builder.problems = problems;
        return builder.build();
    }

    public ErrorCode code() {
        return code;
    }

    /** Problems in files, in file order; empty unless the error comes from checking files. */
    public List<Problem> problems() {
        return problems == null ? List.of() : problems;
    }

    /** The service's {@code x-ms-request-id}, for a support request. */
    public @Nullable String requestId() {
        return requestId;
    }

    /** The command or edit that mends it. */
    public String remedy() {
        return remedy;
    }

    /** The whole error as a user reads it: code, sentence, problems one a line, request id, remedy. */
    public String describe() {
        StringBuilder text = new StringBuilder(code.id()).append("  ").append(getMessage());
        for (Problem problem : problems()) {
            text.append("\n  ").append(problem);
        }
        if (requestId != null) {
            text.append("\n  request id: ").append(requestId);
        }
        if (!remedy.isEmpty()) {
            text.append("\n  ").append(remedy);
        }
        return text.toString();
    }

    /** Collects the parts of an {@link AmlException}. */
    public static final class Builder {
        private final ErrorCode code;
        private final String what;
        private List<Problem> problems = List.of();
        private @Nullable Throwable cause;
        private @Nullable String requestId;
        private @Nullable String remedy;

        private Builder(ErrorCode code, String what) {
            this.code = code;
            this.what = what;
        }

        public Builder cause(@Nullable Throwable value) {
            this.cause = value;
            return this;
        }

        public Builder requestId(@Nullable String value) {
            this.requestId = value;
            return this;
        }

        /** Replaces the code's general remedy by one in the user's own values. */
        public Builder remedy(String value) {
            this.remedy = value;
            return this;
        }

        public AmlException build() {
            return new AmlException(this);
        }
    }
}
