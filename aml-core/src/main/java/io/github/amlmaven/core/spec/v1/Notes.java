package io.github.amlmaven.core.spec.v1;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.error.Problem;
import java.util.ArrayList;
import java.util.List;

/** What a conversion has to say, gathered while it goes on: problems, warnings, and comments for one part of the result. */
final class Notes {

    private final List<Problem> problems;
    private final List<Problem> warnings;
    private final Comments comments;
    private final String pointer;

    Notes() {
        this(new ArrayList<>(), new ArrayList<>(), new Comments(), "");
    }

    private Notes(List<Problem> problems, List<Problem> warnings, Comments comments, String pointer) {
        this.problems = problems;
        this.warnings = warnings;
        this.comments = comments;
        this.pointer = pointer;
    }

    /** The same, with comments for what lies below a key. */
    Notes at(String key) {
        return new Notes(problems, warnings, comments, Comments.pointer(pointer, key));
    }

    /** A choice that was made, written above its key. */
    void comment(String key, String comment) {
        comments.add(Comments.pointer(pointer, key), comment);
    }

    /** A key has gone below another, and what was said of it goes with it. */
    void moved(String key, String into) {
        comments.move(Comments.pointer(pointer, key), Comments.pointer(Comments.pointer(pointer, into), key));
    }

    /** What keeps the file from being converted. */
    void problem(ErrorCode code, Location where, String message) {
        problems.add(new Problem(code, where, message));
    }

    /** What is left out. */
    void leftOut(Location where, String message) {
        warnings.add(new Problem(ErrorCode.SPEC_UNSUPPORTED, where, message));
    }

    Converted result(ObjectNode content) {
        return new Converted(content, comments, problems, warnings);
    }
}
