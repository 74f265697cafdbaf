package io.github.amlmaven.core.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.asset.ArtifactUpload;
import io.github.amlmaven.core.asset.OfflineAssets;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.content.Boundary;
import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.job.JobOutputs;
import io.github.amlmaven.core.model.ModelRegistrationResult.Outcome;
import io.github.amlmaven.core.plan.Comparison;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.ModelSpec;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Registers a model: one version for one content. Content that the model has already is not registered again, whoever
 * registered it; a version that the user names is never overwritten with other content.
 */
public final class ModelRegistration {

    private static final int ATTEMPTS = 5;
    private static final Set<ErrorCode> MAYBE_WRITTEN =
            Set.of(ErrorCode.ARM_UNREACHABLE, ErrorCode.ARM_SERVER_ERROR, ErrorCode.ARM_THROTTLED);
    private static final Set<ErrorCode> TAKEN = Set.of(ErrorCode.ARM_CONFLICT, ErrorCode.ARM_BAD_REQUEST);

    private final AzureClients clients;
    private final SpecReader reader;
    private final StampIndex index;
    private final Progress progress;
    private final JobOutputs outputs;
    private final ArtifactUpload uploads;

    /** @param index knows the hashes of models read before */
    public ModelRegistration(AzureClients clients, SpecReader reader, StampIndex index, Progress progress) {
        this.clients = clients;
        this.index = index;
        this.reader = reader;
        this.progress = progress;
        this.outputs = new JobOutputs(clients, progress);
        this.uploads = new ArtifactUpload(clients, progress);
    }

    /**
     * Registers, or finds the version that is there already; a dry run reads the workspace and says which of the two it
     * would be.
     *
     * @throws AmlException {@link ErrorCode#MODEL_VERSION_TAKEN} when the version asked for has other content, in a dry run
     *     too
     */
    public ModelRegistrationResult register(ModelRegistrationRequest request) {
        ModelSpec spec = spec(request);
        String name = request.name()
                .or(() -> Optional.ofNullable(spec.name()))
                .orElseThrow(() -> AmlException.of(ErrorCode.SPEC_MISSING_KEY, request.file() + " has no 'name'")
                        .remedy("Add 'name:' to the file, or set <name> or -Daml.model.name.")
                        .build());
        ModelContent content = ModelContent.of(spec, outputs, index);
        ModelSpec tagged = spec.withTags(tags(request, content.digest()));
        Optional<String> job = request.jobName().or(content::jobName).or(() -> jobOf(spec, request));
        Registration registration = new Registration(name, tagged, content, job, request);
        if (request.dryRun()) {
            return registration.plan();
        }
        return spec.version() == null ? registration.anyVersion() : registration.thisVersion(spec.version());
    }

    private ModelSpec spec(ModelRegistrationRequest request) {
        SpecLoader loader = new SpecLoader(reader, request.projectDirectory());
        ModelSpec spec = loader.model(request.file());
        loader.warnings().forEach(warning -> progress.warnOnce(warning.toString()));
        ModelSpec placed = request.path()
                .map(path -> spec.withPath(AssetReference.parse(path, request.projectDirectory())))
                .orElse(spec);
        if (placed.path() instanceof AssetReference.Local local) {
            // What is sent can be read by everybody with access to the workspace.
            new Boundary(Optional.of(request.projectDirectory()), ErrorCode.FILE_OUTSIDE_PROJECT.remedy())
                    .require("model's path", local.path());
        }
        return request.version().map(placed::withVersion).orElse(placed);
    }

    private static Optional<String> jobOf(ModelSpec spec, ModelRegistrationRequest request) {
        return request.downloaded()
                .filter(job -> spec.path() instanceof AssetReference.Local local
                        && local.path()
                                .toAbsolutePath()
                                .normalize()
                                .startsWith(job.directory().toAbsolutePath().normalize()))
                .map(ModelRegistrationRequest.JobFiles::jobName);
    }

    private Map<String, String> tags(ModelRegistrationRequest request, String digest) {
        Map<String, String> tags = new LinkedHashMap<>();
        request.buildId().ifPresent(id -> tags.put("BuildId", id));
        if (!request.gav().isEmpty()) {
            tags.put("maven.gav", request.gav());
        }
        GitState.of(request.projectDirectory(), progress).ifPresent(git -> {
            tags.put("git.commit", git.commit());
            if (git.dirty()) {
                tags.put("git.dirty", "true");
            }
        });
        request.metrics().forEach((metric, value) -> tags.put("metric." + metric, value.toString()));
        tags.putAll(request.tags());
        tags.put(ModelVersions.DIGEST_TAG, digest);
        return tags;
    }

    /** One registration on its way. */
    private final class Registration {
        private final String name;
        private final ModelSpec spec;
        private final String digest;
        private final Optional<String> objectHash;
        private final Optional<String> job;
        private final ModelRegistrationRequest request;
        private final ModelVersions versions;

        Registration(
                String name,
                ModelSpec spec,
                ModelContent content,
                Optional<String> job,
                ModelRegistrationRequest request) {
            this.name = name;
            this.spec = spec;
            this.digest = content.digest();
            this.objectHash = content.objectHash();
            this.job = job;
            this.request = request;
            this.versions = new ModelVersions(clients, name);
        }

        /** What the registration would come to, by reading alone. */
        ModelRegistrationResult plan() {
            Optional<ObjectNode> known =
                    spec.version() == null ? versions.withDigest(digest) : versions.find(spec.version());
            if (known.isPresent()) {
                String version = known.get().path("name").asText();
                if (!digest.equals(ModelVersions.digestOf(known.get()))) {
                    throw taken(version);
                }
                progress.planned(Comparison.of(versions.id(version), known, known.get(), Action.KEEP));
                return result(Outcome.WOULD_KEEP, version, known.get());
            }
            String version = spec.version() == null ? versions.next() : spec.version();
            String uri = new OfflineAssets(clients.workspace()).modelUri(spec.path(), spec.datastore());
            ObjectNode body = body(uri);
            progress.planned(Comparison.of(versions.id(version), Optional.empty(), body));
            return result(Outcome.WOULD_REGISTER, version, body);
        }

        ModelRegistrationResult anyVersion() {
            Optional<ObjectNode> known = versions.withDigest(digest);
            if (known.isPresent()) {
                return unchanged(known.get());
            }
            for (int attempt = 1; ; attempt++) {
                String version = versions.next();
                Optional<ObjectNode> written = write(version);
                if (written.isPresent()) {
                    return result(Outcome.REGISTERED, version, written.get());
                }
                // Another build took this number meanwhile, perhaps with the same content.
                Optional<ObjectNode> theirs = versions.withDigest(digest);
                if (theirs.isPresent()) {
                    return unchanged(theirs.get());
                }
                if (attempt == ATTEMPTS) {
                    throw taken(version);
                }
            }
        }

        ModelRegistrationResult thisVersion(String version) {
            Optional<ObjectNode> known = versions.find(version);
            if (known.isEmpty()) {
                ObjectNode written = write(version).orElseThrow(() -> taken(version));
                return result(Outcome.REGISTERED, version, written);
            }
            if (digest.equals(ModelVersions.digestOf(known.get()))) {
                return unchanged(known.get());
            }
            throw taken(version);
        }

        /** The version as written, or empty when it is somebody else's. */
        private Optional<ObjectNode> write(String version) {
            ObjectNode body = body(uri(version));
            try {
                versions.put(version, body);
                return Optional.of(body);
            } catch (AmlException failure) {
                boolean maybe = MAYBE_WRITTEN.contains(failure.code());
                if (!maybe && !TAKEN.contains(failure.code())) {
                    throw failure;
                }
                Optional<ObjectNode> there = versions.find(version);
                if (there.isEmpty()) {
                    throw failure;
                }
                progress.debug("The answer for version " + version + " did not say whether it was written; read it");
                return digest.equals(ModelVersions.digestOf(there.get())) ? Optional.of(body) : Optional.empty();
            }
        }

        private String uri(String version) {
            if (spec.path() instanceof AssetReference.Local local) {
                Map<String, String> marks = Map.of("name", name, "version", version);
                return uploads.upload(local.path(), objectHash.orElseThrow(), spec.datastore(), marks)
                        .longForm(clients.workspace());
            }
            return spec.path().toString();
        }

        ObjectNode body(String uri) {
            ObjectNode body = spec.toBody(uri);
            job.ifPresent(jobName -> body.withObject("/properties").put("jobName", jobName));
            return body;
        }

        private ModelRegistrationResult unchanged(ObjectNode version) {
            return result(Outcome.UNCHANGED, version.path("name").asText(), version);
        }

        ModelRegistrationResult result(Outcome outcome, String version, ObjectNode document) {
            Map<String, String> tags = new LinkedHashMap<>();
            document.path("properties")
                    .path("tags")
                    .properties()
                    .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
            RegisteredModel model = new RegisteredModel(
                    name,
                    version,
                    versions.id(version),
                    "sha256:" + digest,
                    request.gav(),
                    framework(),
                    spec.type(),
                    tags,
                    request.metrics());
            return new ModelRegistrationResult(outcome, model, document);
        }

        private String framework() {
            if (spec.tags().containsKey("framework")) {
                return String.valueOf(spec.tags().get("framework"));
            }
            return spec.flavors() == null || spec.flavors().isEmpty()
                    ? "custom"
                    : spec.flavors().fieldNames().next();
        }

        private AmlException taken(String version) {
            return AmlException.of(
                            ErrorCode.MODEL_VERSION_TAKEN,
                            "Model " + name + ":" + version + " exists with other content; nothing was overwritten")
                    .build();
        }
    }
}
