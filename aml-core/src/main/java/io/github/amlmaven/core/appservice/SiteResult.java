package io.github.amlmaven.core.appservice;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A deployed web app or function app.
 *
 * @param id its ARM id, or that of its slot
 * @param address where it is
 * @param scoringUri where to POST, unless the model is run by something else than a request: production after a swap, else what was deployed to
 * @param image the image it runs
 * @param keysFile where its keys are, when it asks for one
 * @param changed whether anything was changed in Azure
 * @param swapped whether the slot was swapped with production
 * @param ready how long the model took to answer
 */
public record SiteResult(
        String id,
        URI address,
        Optional<URI> scoringUri,
        String image,
        Optional<Path> keysFile,
        boolean changed,
        boolean swapped,
        Duration ready) {}
