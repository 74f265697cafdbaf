package io.github.amlmaven.core.registry;

import com.azure.containers.containerregistry.ContainerRegistryContentClient;
import com.azure.containers.containerregistry.ContainerRegistryContentClientBuilder;
import com.azure.core.credential.TokenCredential;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.exception.ResourceNotFoundException;
import com.azure.core.http.HttpClient;
import com.azure.core.http.policy.ExponentialBackoffOptions;
import com.azure.core.http.policy.RetryOptions;
import io.github.amlmaven.core.arm.ArmErrors;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.time.Duration;
import java.util.Optional;

/** Asks an Azure container registry which content a tag names. */
public final class ImageDigests {

    private final HttpClient http;
    private final TokenCredential credential;

    /** @param credential an identity with AcrPull */
    public ImageDigests(HttpClient http, TokenCredential credential) {
        this.http = http;
        this.credential = credential;
    }

    /**
     * The digest of an image's manifest, computed from the manifest itself; empty when the registry has no such image.
     *
     * @param image a name with its registry
     * @throws AmlException {@link ErrorCode#REGISTRY_REFUSED} when the identity may not read it
     */
    public Optional<String> find(ImageName image) {
        String server = image.registry().orElseThrow(() -> new IllegalArgumentException("no registry in " + image));
        ContainerRegistryContentClient client = new ContainerRegistryContentClientBuilder()
                .endpoint("https://" + server)
                .repositoryName(image.repository())
                .credential(credential)
                .httpClient(http)
                .retryOptions(new RetryOptions(new ExponentialBackoffOptions()
                        .setMaxRetries(3)
                        .setBaseDelay(Duration.ofMillis(500))
                        .setMaxDelay(Duration.ofSeconds(8))))
                .buildClient();
        try {
            return Optional.of(client.getManifest(image.reference()).getDigest());
        } catch (ResourceNotFoundException e) {
            return Optional.empty();
        } catch (HttpResponseException e) {
            throw refusedOr(image, server, e);
        } catch (RuntimeException e) {
            throw AmlException.of(
                            ErrorCode.REGISTRY_UNREACHABLE,
                            String.valueOf(ArmErrors.ofFailure(
                                            "The registry " + server + " cannot be asked for "
                                                    + image.withoutRegistry(),
                                            e)
                                    .getMessage()))
                    .cause(e)
                    .build();
        }
    }

    private static AmlException refusedOr(ImageName image, String server, HttpResponseException e) {
        int status = e.getResponse() == null ? 0 : e.getResponse().getStatusCode();
        if (status == 401 || status == 403) {
            return AmlException.of(
                            ErrorCode.REGISTRY_REFUSED,
                            "The registry " + server + " does not let " + image + " be read")
                    .cause(e)
                    .build();
        }
        return ArmErrors.ofFailure("read image " + image, e);
    }

    /** As {@link #find}, for an image that must be there. */
    public String get(ImageName image) {
        return find(image)
                .orElseThrow(() -> AmlException.of(ErrorCode.IMAGE_NOT_FOUND, "The registry has no image " + image)
                        .remedy("Build and push it with 'mvn aml:package', or check its name and tag.")
                        .build());
    }
}
