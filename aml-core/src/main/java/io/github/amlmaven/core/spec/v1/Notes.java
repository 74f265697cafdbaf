package io.github.amlmaven.core.spec.v1;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.error.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * What a conversion has to say, gathered while it goes on: problems, warnings, comments for one part of the result, and which
 * keys it has read.
 */
final class Notes {

    private final List<Problem> problems;
    private final List<Problem> warnings;
    private final Comments comments;
    private final String pointer;
    private final ReadKeys reads;

    Notes() {
        this(new ReadKeys());
    }

    /** Notes for one of several results that are made of the same files. */
    Notes(ReadKeys reads) {
        this(new ArrayList<>(), new ArrayList<>(), new Comments(), "", reads);
    }

    private Notes(List<Problem> problems, List<Problem> warnings, Comments comments, String pointer, ReadKeys reads) {
        this.problems = problems;
        this.warnings = warnings;
        this.comments = comments;
        this.pointer = pointer;
        this.reads = reads;
    }

    ReadKeys reads() {
        return reads;
    }

    /** The same, with comments for what lies below a key. */
    Notes at(String key) {
        return new Notes(problems, warnings, comments, Comments.pointer(pointer, key), reads);
    }

    /**
     * A choice that was made, written above its key.
     *
     * @param where what it is about in the file of the first API
     */
    void comment(String key, Location where, String comment) {
        comments.add(Comments.pointer(pointer, key), where, comment);
    }

    /** A key has gone below another, and what was said of it goes with it. */
    void moved(String key, String into) {
        comments.move(Comments.pointer(pointer, key), Comments.pointer(Comments.pointer(pointer, into), key));
    }

    /** What keeps the file from being converted. */
    void problem(ErrorCode code, Location where, String message) {
        reads.named(where);
        problems.add(new Problem(code, where, message));
    }

    /** What is left out. */
    void leftOut(Location where, String message) {
        reads.named(where);
        warnings.add(new Problem(ErrorCode.SPEC_UNSUPPORTED, where, message));
    }

    /** The result, with a warning for each key of its files that nothing was made of. */
    Converted result(ObjectNode content) {
        LeftOver leftOver = LeftOver.of(reads.unread());
        warnings.addAll(leftOver.warnings());
        leftOver.defaults().ifPresent(defaults -> comments.add("", defaults.location(), defaults.message()));
        return part(content);
    }

    /** One of several results; what was read of their files is looked at when the last is made. */
    Converted part(ObjectNode content) {
        return new Converted(content, comments, problems, warnings);
    }
}
