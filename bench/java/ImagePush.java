import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import io.github.amlmaven.core.content.ContentFiles;
import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.image.layer.DescribedLayer;
import io.github.amlmaven.core.image.layer.LayerCompression;
import io.github.amlmaven.core.image.layer.LayerFile;
import io.github.amlmaven.core.image.layer.LayerIndex;
import io.github.amlmaven.core.image.layer.LayerSender;
import io.github.amlmaven.core.image.layer.LayerSplit;
import io.github.amlmaven.core.image.layer.LayeredBase;
import io.github.amlmaven.core.image.layer.Manifests;
import io.github.amlmaven.core.image.layer.RepositoryClient;
import io.github.amlmaven.core.progress.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Builds an image of a folder on an empty base and pushes it: {@code ImagePush jib|ours FOLDER CODE HOST:PORT REPOSITORY
 * CACHE}. {@code jib} is jib-core as it is, one layer for the model, one for the code; {@code nothing} ends at once.
 */
public final class ImagePush {

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("nothing")) {
            return;
        }
        Path model = Path.of(arguments[1]);
        Path code = Path.of(arguments[2]);
        String registry = arguments[3];
        String repository = arguments[4];
        Path cache = Path.of(arguments[5]);
        if (arguments[0].equals("jib")) {
            containerize(
                    Jib.fromScratch().addLayer(List.of(model), AbsoluteUnixPath.get("/model")),
                    code, registry, repository, cache);
        } else {
            onLayers(model, code, registry, repository, cache);
        }
    }

    private static void containerize(
            JibContainerBuilder image, Path code, String registry, String repository, Path cache) throws Exception {
        image.addFileEntriesLayer(FileEntriesLayer.builder()
                        .addEntry(code, AbsoluteUnixPath.get("/code/score.py"))
                        .build())
                .containerize(Containerizer.to(RegistryImage.named(registry + "/" + repository + ":1"))
                        .setAllowInsecureRegistries(true)
                        .setBaseImageLayersCache(cache.resolve("base"))
                        .setApplicationLayersCache(cache.resolve("layers")));
    }

    private static void onLayers(Path model, Path code, String registry, String repository, Path cache)
            throws Exception {
        LayerIndex index = new LayerIndex(new StampIndex(cache.resolve("index"), false, Progress.NONE));
        List<LayerFile> files = ContentFiles.of(model).files().stream()
                .map(file -> new LayerFile(
                        file.path(), "/model/" + file.name(), file.size(), Files.isExecutable(file.path())))
                .toList();
        RepositoryClient.Repository target =
                new RepositoryClient.Repository(registry, repository, Optional.of(Credential.from("bench", "bench")), true);
        LayerCompression compression =
                LayerCompression.valueOf(System.getProperty("compression", "stored").toUpperCase(Locale.ROOT));
        boolean oci = compression != LayerCompression.STORED;
        try (LayerSender sender = new LayerSender(target, index, Progress.NONE)) {
            List<DescribedLayer> layers = sender.describe(LayerSplit.of("model", files, compression));
            String digest = new LayeredBase(sender).put(Optional.empty(), layers, oci, "amd64");
            JibContainerBuilder image =
                    Jib.from(RegistryImage.named(ImageReference.of(registry, repository, null, digest)));
            image.setFormat(oci ? ImageFormat.OCI : ImageFormat.Docker);
            containerize(image, code, registry, repository, cache);
            if (oci) {
                Manifests.correct(sender, "1", layers);
            }
        }
    }
}
