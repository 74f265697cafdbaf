package io.github.amlmaven.core.image;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.LogEvent;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FileEntry;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import com.google.cloud.tools.jib.cache.Cache;
import com.google.cloud.tools.jib.cache.CacheCorruptedException;
import com.google.cloud.tools.jib.cache.CachedLayer;
import com.google.cloud.tools.jib.event.events.ProgressEvent;
import com.google.cloud.tools.jib.image.ReproducibleLayerBuilder;
import com.google.common.collect.ImmutableList;
import io.github.amlmaven.core.concurrent.Ahead;
import io.github.amlmaven.core.content.Folders;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.image.layer.DescribedLayer;
import io.github.amlmaven.core.image.layer.FileLayer;
import io.github.amlmaven.core.image.layer.LayerCompression;
import io.github.amlmaven.core.image.layer.LayerIndex;
import io.github.amlmaven.core.image.layer.LayerSender;
import io.github.amlmaven.core.image.layer.LayeredBase;
import io.github.amlmaven.core.image.layer.Manifests;
import io.github.amlmaven.core.image.layer.RepositoryClient;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.registry.RegistryAccess;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Turns a plan into an image, by Jib, without a Docker daemon. */
final class JibBuild implements Closeable {

    private final ScoringImageRequest request;
    private final LayerIndex layers;
    private final Progress progress;
    private @Nullable LayerSender sender;

    JibBuild(ScoringImageRequest request, LayerIndex layers, Progress progress) {
        this.request = request;
        this.layers = layers;
        this.progress = progress;
    }

    /** Builds and delivers; returns the manifest's digest. */
    String run(ImagePlan plan) {
        String reference = request.reference();
        try {
            return request.target() instanceof ImageTarget.InRegistry registry
                    ? inRegistry(plan, registry)
                    : inFile(plan, reference);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ImageFailure.of(e, reference);
        } catch (ExecutionException e) {
            throw ImageFailure.of(e.getCause() == null ? e : e.getCause(), reference);
        } catch (RegistryException | IOException | CacheDirectoryCreationException e) {
            throw ImageFailure.of(e, reference);
        }
    }

    private String inRegistry(ImagePlan plan, ImageTarget.InRegistry target)
            throws InterruptedException, ExecutionException, RegistryException, IOException,
                    CacheDirectoryCreationException {
        LayerSender to = sender(target);
        RepositoryClient.Repository repository = repository(target);
        String base;
        List<String> above;
        try (Ahead<List<String>> compressed = Ahead.begin("aml-image-layers", () -> compressed(plan))) {
            base = new LayeredBase(to).put(plan.base().below(), plan.model(), isOci(), architecture());
            above = compressed.get();
        }
        to.mount(above);
        JibContainerBuilder start =
                Jib.from(RegistryImage.named(ImageReference.of(repository.registry(), repository.name(), null, base))
                        .addCredentialRetriever(repository::credential));
        String digest = containerize(
                start,
                plan,
                Containerizer.to(RegistryImage.named(BaseImages.parse(request.reference()))
                        .addCredentialRetriever(repository::credential)));
        above.forEach(to::sent);
        // Jib names every layer gzip.
        return request.settings().modelLayers() == LayerCompression.STORED
                ? digest
                : Manifests.correct(to, target.tag(), plan.model());
    }

    /**
     * Puts the layers above the model into Jib's cache, as Jib itself would when it comes to them: so that they are compressed,
     * each by one thread, while the model is on its way. Their digests; without what cannot be made, of which Jib says why when
     * it needs it.
     */
    private List<String> compressed(ImagePlan plan) {
        List<String> digests = new ArrayList<>();
        try {
            Cache cache = Cache.withDirectory(layerCache());
            for (FileEntriesLayer layer : plan.layers()) {
                digests.add(compressed(cache, ImmutableList.copyOf(layer.getEntries())));
            }
        } catch (IOException | CacheDirectoryCreationException | CacheCorruptedException e) {
            progress.debug("A layer cannot be compressed while the model is sent: " + e);
        }
        return digests;
    }

    private static String compressed(Cache cache, ImmutableList<FileEntry> entries)
            throws IOException, CacheCorruptedException {
        Optional<CachedLayer> known = cache.retrieve(entries);
        CachedLayer layer = known.isPresent()
                ? known.get()
                : cache.writeUncompressedLayer(new ReproducibleLayerBuilder(entries).build(), entries);
        return layer.getDigest().toString();
    }

    private Path layerCache() {
        return request.place().cache().resolve("jib").resolve("layers");
    }

    private RepositoryClient.Repository repository(ImageTarget.InRegistry target) {
        return new RepositoryClient.Repository(
                access(request).loginServer(),
                target.repository(),
                Optional.of(Credential.from(
                        access(request).username(), access(request).password())),
                access(request).local());
    }

    private LayerSender sender(ImageTarget.InRegistry target) {
        if (sender == null) {
            sender = new LayerSender(repository(target), layers, progress);
        }
        return sender;
    }

    /** Reads a repository, over the connection that the image is pushed by where that is in the same registry. */
    RepositoryClient reader(RepositoryClient.Repository repository) {
        return request.target() instanceof ImageTarget.InRegistry target
                ? sender(target).reader(repository)
                : new RepositoryClient(repository, progress);
    }

    /** The digest of what is delivered now, by whomever. */
    Optional<String> digest(ImageTarget.InRegistry target) throws IOException {
        return sender(target).digest(target.tag());
    }

    /** Hashes the model's layers; what was not known may be on its way to the registry when this returns. */
    List<DescribedLayer> describe(List<FileLayer> model) {
        try {
            return request.target() instanceof ImageTarget.InRegistry target
                            && request.registry().isPresent()
                    ? sender(target).describe(model)
                    : layers.describe(model);
        } catch (IOException e) {
            throw ImageFailure.of(e, request.reference());
        }
    }

    /** Withdraws what was sent in vain. */
    @Override
    public void close() throws IOException {
        if (sender != null) {
            sender.close();
        }
    }

    private String inFile(ImagePlan plan, String reference)
            throws InterruptedException, ExecutionException, RegistryException, IOException,
                    CacheDirectoryCreationException {
        Path file = request.target().file().orElseThrow().toAbsolutePath();
        Path scratch = file.resolveSibling("." + file.getFileName() + ".new");
        Folders.delete(scratch);
        Files.createDirectories(scratch);
        try {
            Path tar = scratch.resolve("jib.tar");
            containerize(plan.base().start(), plan, tar(tar, reference));
            UnpackedImage image = UnpackedImage.of(tar, scratch.resolve("image"));
            String digest = image.insert(plan.model(), plan.layers().size());
            if (request.target() instanceof ImageTarget.OciLayout) {
                image.complete();
                Folders.delete(file);
                Files.move(scratch.resolve("image"), file);
            } else {
                image.writeTar(scratch.resolve("image.tar"));
                Files.move(scratch.resolve("image.tar"), file, StandardCopyOption.REPLACE_EXISTING);
            }
            return digest;
        } finally {
            Folders.delete(scratch);
        }
    }

    private static RegistryAccess access(ScoringImageRequest request) {
        return request.registry()
                .orElseThrow(() -> AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID, "There is no registry to push the image to")
                        .build());
    }

    private String containerize(JibContainerBuilder start, ImagePlan plan, Containerizer target)
            throws InterruptedException, ExecutionException, RegistryException, IOException,
                    CacheDirectoryCreationException {
        boolean local = request.registry().filter(RegistryAccess::local).isPresent();
        JibEvents events = new JibEvents(progress, local);
        target.setBaseImageLayersCache(request.place().cache().resolve("jib").resolve("base"))
                .setApplicationLayersCache(layerCache())
                .setToolName("aml-maven-plugin")
                .setToolVersion(request.place().toolVersion())
                // A local registry has a certificate that no one signed; Azure's are always verified.
                .setAllowInsecureRegistries(local)
                .addEventHandler(LogEvent.class, events::log)
                .addEventHandler(ProgressEvent.class, events::progress);
        return configured(start, plan).containerize(target).getDigest().toString();
    }

    private JibContainerBuilder configured(JibContainerBuilder start, ImagePlan plan) {
        Map<String, String> environment = new TreeMap<>(plan.environment());
        JibContainerBuilder image = start.setFormat(
                        isOci()
                                ? com.google.cloud.tools.jib.api.buildplan.ImageFormat.OCI
                                : com.google.cloud.tools.jib.api.buildplan.ImageFormat.Docker)
                .setPlatforms(Set.of(new Platform(architecture(), "linux")))
                .setCreationTime(Instant.EPOCH)
                .setFileEntriesLayers(plan.layers())
                .setEnvironment(environment)
                .setLabels(new TreeMap<>(plan.labels()));
        // The base of a Function App starts the Functions host, as root on port 80; the host starts the server.
        return plan.startsHost()
                ? image
                : image.setUser(request.settings().user())
                        .setExposedPorts(Port.tcp(ImagePlan.PORT))
                        .setWorkingDirectory(
                                com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath.get(ImagePlan.APP_ROOT))
                        .setEntrypoint(ImagePlan.START);
    }

    private boolean isOci() {
        return request.target() instanceof ImageTarget.OciLayout
                || request.settings().format() == ImageFormat.OCI;
    }

    private String architecture() {
        return request.settings().platform().architecture();
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
}
