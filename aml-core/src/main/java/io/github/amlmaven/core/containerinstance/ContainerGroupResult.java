package io.github.amlmaven.core.containerinstance;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A deployed container group.
 *
 * @param id its ARM id
 * @param scoringUri where to POST
 * @param ip its address
 * @param fqdn its public name, when it has a DNS label
 * @param image the image it runs
 * @param keysFile where its keys are, when it asks for one
 * @param changed whether anything was changed in Azure
 * @param ready how long the model took to answer
 */
public record ContainerGroupResult(
        String id,
        URI scoringUri,
        String ip,
        Optional<String> fqdn,
        String image,
        Optional<Path> keysFile,
        boolean changed,
        Duration ready) {}
