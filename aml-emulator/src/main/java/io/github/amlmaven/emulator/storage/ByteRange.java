package io.github.amlmaven.emulator.storage;

import io.github.amlmaven.emulator.http.HttpError;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part of a body that was asked for, in bytes; {@code last} is inside. */
public record ByteRange(long first, long last) {

    private static final Pattern FORM = Pattern.compile("bytes=(\\d{1,18})-(\\d{0,18})");

    public long length() {
        return last - first + 1;
    }

    /** {@code bytes 0-9/100}. */
    public String contentRange(long total) {
        return "bytes " + first + "-" + last + "/" + total;
    }

    /**
     * Reads a {@code Range} header; one that is not understood is ignored, as HTTP wants.
     *
     * @param unsatisfiable thrown when the range begins behind the end
     */
    public static Optional<ByteRange> parse(String header, long total, HttpError unsatisfiable) {
        Matcher matcher = FORM.matcher(header.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long first = Long.parseLong(matcher.group(1));
        long last = matcher.group(2).isEmpty() ? total - 1 : Long.parseLong(matcher.group(2));
        if (first >= total) {
            throw unsatisfiable.header("Content-Range", "bytes */" + total);
        }
        return last < first ? Optional.empty() : Optional.of(new ByteRange(first, Math.min(last, total - 1)));
    }
}
