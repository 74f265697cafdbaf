package io.github.amlmaven.core.image;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.LogEvent;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import com.google.cloud.tools.jib.event.events.ProgressEvent;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.registry.RegistryAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;

/** Turns a plan into an image, by Jib, without a Docker daemon. */
final class JibBuild {

    private final ScoringImageRequest request;
    private final Progress progress;

    JibBuild(ScoringImageRequest request, Progress progress) {
        this.request = request;
        this.progress = progress;
    }

    /** Builds and delivers; returns the manifest's digest. */
    String run(ImagePlan plan) {
        ImageTarget target = request.target();
        if (target instanceof ImageTarget.InRegistry registry) {
            return containerize(plan, registry(registry), reference(registry));
        }
        if (target instanceof ImageTarget.OciLayout layout) {
            return layout(plan, layout);
        }
        ImageTarget.Tar tar = (ImageTarget.Tar) target;
        return replace(tar.path(), temporary -> containerize(plan, tar(temporary, tar.reference()), tar.reference()));
    }

    /** How the image is pulled. */
    String reference(ImageTarget.InRegistry target) {
        return access().loginServer() + "/" + target.repository() + ":" + target.tag();
    }

    private RegistryAccess access() {
        return request.registry()
                .orElseThrow(() -> AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID, "There is no registry to push the image to")
                        .build());
    }

    private String layout(ImagePlan plan, ImageTarget.OciLayout target) {
        Path tar = request.place().work().resolve("layout.tar");
        try {
            Files.createDirectories(tar.getParent());
            String digest = containerize(plan, tar(tar, target.reference()), target.reference());
            OciLayouts.unpack(tar, target.directory());
            return digest;
        } catch (IOException e) {
            throw unwritable(target.directory(), e);
        } finally {
            deleteIfThere(tar);
        }
    }

    private String replace(Path file, FileWriting writing) {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".new");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            String digest = writing.write(temporary);
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
            return digest;
        } catch (IOException e) {
            throw unwritable(file, e);
        } finally {
            deleteIfThere(temporary);
        }
    }

    private String containerize(ImagePlan plan, Containerizer target, String reference) {
        boolean local = request.registry().filter(RegistryAccess::local).isPresent();
        JibEvents events = new JibEvents(progress, local);
        Path cache = request.place().cache().resolve("jib");
        target.setBaseImageLayersCache(cache.resolve("base"))
                .setApplicationLayersCache(cache.resolve("layers"))
                .setToolName("aml-maven-plugin")
                .setToolVersion(request.place().toolVersion())
                // A local registry has a certificate that no one signed; Azure's are always verified.
                .setAllowInsecureRegistries(local)
                .addEventHandler(LogEvent.class, events::log)
                .addEventHandler(ProgressEvent.class, events::progress);
        try {
            return configured(plan).containerize(target).getDigest().toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ImageFailure.of(e, reference);
        } catch (ExecutionException e) {
            throw ImageFailure.of(e.getCause() == null ? e : e.getCause(), reference);
        } catch (RegistryException | IOException | CacheDirectoryCreationException e) {
            throw ImageFailure.of(e, reference);
        }
    }

    private JibContainerBuilder configured(ImagePlan plan) {
        Map<String, String> environment = new TreeMap<>(plan.environment());
        return plan.base()
                .start()
                .setFormat(
                        request.target() instanceof ImageTarget.OciLayout
                                        || request.settings().format() == ImageFormat.OCI
                                ? com.google.cloud.tools.jib.api.buildplan.ImageFormat.OCI
                                : com.google.cloud.tools.jib.api.buildplan.ImageFormat.Docker)
                .setPlatforms(Set.of(new Platform(request.settings().platform().architecture(), "linux")))
                .setCreationTime(Instant.EPOCH)
                .setFileEntriesLayers(plan.layers())
                .setEnvironment(environment)
                .setLabels(new TreeMap<>(plan.labels()))
                .setUser(request.settings().user())
                .setExposedPorts(Port.tcp(ImagePlan.PORT))
                .setWorkingDirectory(com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath.get(ImagePlan.APP_ROOT))
                .setEntrypoint(List.of("python3", ImagePlan.SERVER));
    }

    private Containerizer registry(ImageTarget.InRegistry target) {
        Optional<Credential> credential = Optional.of(Credential.from(access().username(), access().password()));
        return Containerizer.to(
                RegistryImage.named(BaseImages.parse(reference(target))).addCredentialRetriever(() -> credential));
    }

    private static Containerizer tar(Path file, String reference) {
        try {
            return Containerizer.to(TarImage.at(file).named(reference));
        } catch (InvalidImageReferenceException e) {
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "'" + reference + "' is not an image reference")
                    .cause(e)
                    .build();
        }
    }

    private static void deleteIfThere(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private static AmlException unwritable(Path path, IOException cause) {
        return AmlException.of(ErrorCode.LOCAL_IO, path + " cannot be written: " + cause)
                .cause(cause)
                .build();
    }

    private interface FileWriting {
        String write(Path file) throws IOException;
    }
}
