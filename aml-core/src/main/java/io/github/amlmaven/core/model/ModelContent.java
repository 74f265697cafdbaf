package io.github.amlmaven.core.model;

import io.github.amlmaven.core.content.AssetHash;
import io.github.amlmaven.core.content.ContentDigest;
import io.github.amlmaven.core.content.ContentFiles;
import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.job.JobOutputs;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.ModelSpec;
import io.github.amlmaven.core.storage.BlobFolder;
import io.github.amlmaven.core.storage.DatastoreUri;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/**
 * What a model consists of, wherever it is.
 *
 * @param digest in hexadecimal
 * @param objectHash the hash in the path of its upload; empty when it is in the workspace already
 * @param jobName the job that made it, when its place says so
 */
record ModelContent(String digest, Optional<String> objectHash, Optional<String> jobName) {

    private static final String DIGEST = "digest";
    private static final String OBJECT_HASH = "objectHash";

    static ModelContent of(ModelSpec spec, JobOutputs outputs, StampIndex index) {
        if (spec.path() instanceof AssetReference.Local local) {
            requireMlModel(spec, local.path());
            return local(ContentFiles.of(local.path()), index);
        }
        String text = spec.path().toString();
        Optional<JobOutputs.Reference> job = JobOutputs.Reference.parse(text);
        BlobFolder folder = job.map(outputs::folder)
                .or(() -> DatastoreUri.parse(text).map(outputs::open))
                .orElseThrow(() -> AmlException.of(
                                ErrorCode.SPEC_BAD_REFERENCE, "'path: " + text + "' is nothing a model can be made of")
                        .remedy("Name a file, a folder, azureml://jobs/<job>/outputs/<output>/paths/<path>,"
                                + " azureml://datastores/<datastore>/paths/<path> or runs:/<job>/<path>.")
                        .build());
        List<BlobFolder.Entry> entries = folder.entries();
        if (entries.isEmpty()) {
            throw AmlException.of(ErrorCode.FILE_MISSING, "There is nothing at " + text)
                    .remedy("Has the job completed, and did it write to this output?")
                    .build();
        }
        return new ModelContent(
                ContentDigest.of(parts(folder, entries)), Optional.empty(), job.map(JobOutputs.Reference::job));
    }

    private static ModelContent local(ContentFiles files, StampIndex index) {
        String names = files.files().stream().map(ContentFiles.Entry::name).collect(Collectors.joining("\n"));
        List<Path> paths = files.files().stream().map(ContentFiles.Entry::path).toList();
        try {
            Map<String, String> hashes = index.values("model\n" + names, paths, () -> hashes(files));
            return new ModelContent(
                    Objects.requireNonNull(hashes.get(DIGEST)),
                    Optional.of(Objects.requireNonNull(hashes.get(OBJECT_HASH))),
                    Optional.empty());
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.FILE_CHANGED, "The model " + files.root() + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    /** Both hashes at the same time: a hash is bound to one core, and the second reading is of the page cache. */
    private static Map<String, String> hashes(ContentFiles files) throws IOException {
        CompletableFuture<String> objectHash = CompletableFuture.supplyAsync(() -> AssetHash.object(files.root()));
        String digest = ContentDigest.of(files);
        try {
            return Map.of(DIGEST, digest, OBJECT_HASH, objectHash.join());
        } catch (CompletionException e) {
            if (e.getCause() instanceof AmlException coded) {
                throw coded;
            }
            throw new IOException(e.getCause());
        }
    }

    private static List<ContentDigest.Part> parts(BlobFolder folder, List<BlobFolder.Entry> entries) {
        boolean single = entries.size() == 1 && entries.get(0).blob().equals(folder.path());
        return entries.stream()
                .map(entry ->
                        new ContentDigest.Part(single ? "" : entry.name(), entry.size(), () -> folder.open(entry)))
                .toList();
    }

    private static void requireMlModel(ModelSpec spec, Path path) {
        if (spec.type().equals("mlflow_model") && !Files.isRegularFile(path.resolve("MLmodel"))) {
            throw AmlException.of(ErrorCode.FILE_MISSING, path + " is no MLflow model: it has no file MLmodel")
                    .remedy("Point 'path' to the folder that mlflow.<flavor>.save_model() wrote, or set"
                            + " 'type: custom_model'.")
                    .build();
        }
    }
}
