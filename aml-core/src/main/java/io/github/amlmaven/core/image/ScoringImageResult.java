package io.github.amlmaven.core.image;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A scoring image that exists.
 *
 * @param reference how to pull it: {@code host/repository:tag}; the name inside a layout or tar
 * @param digest of its manifest
 * @param file the layout folder or tar, unless it is in a registry
 * @param upToDate whether it was there already, so that nothing was built and nothing was sent
 * @param hostOnly whether it contains this machine's own Python and so runs on this machine only
 * @param pythonVersion major and minor of the Python inside
 * @param base what it is built on, with its digest
 * @param fingerprint of everything it is made of
 * @param lock the lock file of the packages inside
 */
public record ScoringImageResult(
        String reference,
        String digest,
        Optional<Path> file,
        boolean upToDate,
        boolean hostOnly,
        String pythonVersion,
        String base,
        String fingerprint,
        Path lock) {

    /** What a goal logs. */
    public String sentence() {
        return "Scoring image " + reference + (upToDate ? " is up to date" : " built") + " (" + digest + ")"
                + (hostOnly ? ", for this machine only" : "");
    }
}
