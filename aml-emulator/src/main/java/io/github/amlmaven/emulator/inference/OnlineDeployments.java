package io.github.amlmaven.emulator.inference;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.collector.DataCollector;
import io.github.amlmaven.emulator.collector.Sidecar;
import io.github.amlmaven.emulator.container.ContainerRuntime;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.job.data.BlobFolders;
import io.github.amlmaven.emulator.job.data.DataLocations;
import io.github.amlmaven.emulator.job.environment.EnvironmentCache;
import io.github.amlmaven.emulator.job.process.FolderTree;
import io.github.amlmaven.emulator.job.process.Stop;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.storage.BlobStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The online deployments of this emulator as they run. One that ran when the emulator was last stopped is started again by
 * the first request that needs it. A new revision takes over when it is ready; until then, and when it fails, the one
 * before it goes on serving.
 */
public final class OnlineDeployments implements AutoCloseable {

    private final ResourceStore resources;
    private final DataCollector collector;
    private final ServedReader reader;
    private final Servers servers;
    private final Path files;
    private final Clock clock;
    private final Map<String, RunningDeployment> running = new ConcurrentHashMap<>();
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
    private final Map<String, Stop> starting = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** @throws IOException when the folder for the deployments' files cannot be prepared */
    public OnlineDeployments(
            EmulatorContext context,
            ResourceStore resources,
            BlobStore blobs,
            EnvironmentCache environments,
            ContainerRuntime containers,
            DataCollector collector)
            throws IOException {
        this.resources = resources;
        this.collector = collector;
        this.clock = context.clock();
        this.files = Files.createDirectories(context.files().resolve("inference"));
        this.reader = new ServedReader(
                resources, new DataLocations(resources, context.endpoints().authority()));
        this.servers = new Servers(
                new BlobFolders(blobs),
                environments,
                new PythonServers(context.files().resolve("inference-running")),
                containers,
                context.clock());
    }

    /**
     * Serves what the deployment's document asks for, when it does not already.
     *
     * @throws HttpError with AML's code and the server's last words, when that fails
     */
    public void start(ResourceId deployment) {
        try {
            begin(deployment);
        } catch (ServingFailure e) {
            throw e.asError();
        } catch (Stop.StoppedException e) {
            throw ServingFailure.canceled("The deployment was deleted, or the emulator stopped, while it was started.")
                    .asError();
        } catch (IOException e) {
            throw HttpError.arm(500, "InternalServerError", "The deployment cannot be started: " + e);
        }
    }

    private RunningDeployment begin(ResourceId deployment) throws IOException, Stop.StoppedException {
        ReentrantLock lock = locks.computeIfAbsent(deployment.key(), key -> new ReentrantLock());
        lock.lock();
        try {
            ObjectNode document =
                    resources.get(deployment).orElseThrow(() -> ServingFailure.canceled("The deployment was deleted."));
            String fingerprint = fingerprint(document);
            RunningDeployment present = running.get(deployment.key());
            return present != null && present.serves(fingerprint)
                    ? present
                    : replace(deployment, document, fingerprint, Optional.ofNullable(present));
        } finally {
            lock.unlock();
        }
    }

    /** What a server is started for; limits and scale are the front end's. */
    private static String fingerprint(ObjectNode document) {
        ObjectNode asked = document.path("properties").deepCopy();
        asked.remove(List.of("provisioningState", "requestSettings", "scaleSettings", "description", "properties"));
        return asked.toString();
    }

    private RunningDeployment replace(
            ResourceId deployment, ObjectNode document, String fingerprint, Optional<RunningDeployment> present)
            throws IOException, Stop.StoppedException {
        Stop stop = new Stop();
        starting.put(deployment.key(), stop);
        try {
            if (closed) {
                stop.request(Stop.Reason.SHUTDOWN);
            }
            stop.check();
            List<Path> older = revisions(deployment);
            ServingFolder folder = new ServingFolder(folder(deployment).resolve(next(older)));
            Served served = reader.read(deployment, document);
            DeploymentEvents events = new DeploymentEvents(folder, clock);
            Optional<Sidecar> sidecar = collector.beside(deployment, document);
            RunningDeployment next;
            try {
                next = new RunningDeployment(
                        fingerprint, folder, servers.prepare(served, folder, sidecar, events, stop), events, sidecar);
            } catch (IOException | RuntimeException | Stop.StoppedException e) {
                sidecar.ifPresent(Sidecar::close);
                throw e;
            }
            try {
                next.start(served.probes().limit(), stop);
            } catch (ServingFailure | Stop.StoppedException e) {
                next.keepLog();
                next.stop();
                throw e;
            }
            running.put(deployment.key(), next);
            if (present.isPresent()) {
                present.get().stop();
            }
            for (Path old : older) {
                FolderTree.delete(old);
            }
            return next;
        } finally {
            starting.remove(deployment.key());
        }
    }

    /**
     * The deployment as it takes requests; started when the emulator was stopped since it was.
     *
     * @return empty when it does not serve now
     */
    Optional<RunningDeployment> serving(ResourceId deployment) {
        RunningDeployment present = running.get(deployment.key());
        if (present != null) {
            return Optional.of(present);
        }
        boolean expected = resources
                .get(deployment)
                .map(document -> document.path("properties")
                        .path("provisioningState")
                        .asText()
                        .equals("Succeeded"))
                .orElse(false);
        if (!expected) {
            return Optional.empty();
        }
        try {
            return Optional.of(begin(deployment));
        } catch (IOException | Stop.StoppedException e) {
            System.getLogger(OnlineDeployments.class.getName())
                    .log(System.Logger.Level.WARNING, "cannot start " + deployment + " again", e);
            return Optional.empty();
        }
    }

    /**
     * The log of a deployment's newest revision, in the form of AML's {@code getLogs}.
     *
     * @param container {@code InferenceServer} or {@code StorageInitializer}
     * @param tail number of last lines
     */
    public String log(ResourceId deployment, String container, int tail) {
        List<Path> revisions = revisions(deployment);
        if (revisions.isEmpty()) {
            return "";
        }
        ServingFolder folder = new ServingFolder(revisions.get(revisions.size() - 1));
        Optional<RunningDeployment> current = Optional.ofNullable(running.get(deployment.key()))
                .filter(present -> present.folder().equals(folder));
        try {
            if (container.equalsIgnoreCase("StorageInitializer")) {
                return ServingFolder.tail(folder.storageLog(), tail);
            }
            String body =
                    current.isPresent() ? current.get().serverLog(tail) : ServingFolder.tail(folder.serverLog(), tail);
            String events = ServingFolder.tail(folder.events(), tail);
            boolean pulled =
                    Files.exists(folder.serverLog()) || current.isPresent() || events.contains("Name: Pulled,");
            return "Instance status:\nSystemSetup: Succeeded\nUserContainerImagePull: "
                    + (pulled ? "Succeeded" : "Failed")
                    + "\nModelDownload: " + (Files.exists(folder.storageLog()) ? "Succeeded" : "Unknown")
                    + "\nUserContainerStart: "
                    + current.map(RunningDeployment::state).orElse(pulled ? "Failed" : "Waiting")
                    + "\n\nContainer events:\n" + events + "\n\nContainer logs:\n"
                    + (body.isEmpty() ? ServingFolder.tail(folder.buildLog(), tail) : body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends a deployment and deletes its files; one that is being started is canceled. */
    public void delete(ResourceId deployment) {
        Stop stop = starting.get(deployment.key());
        if (stop != null) {
            stop.request(Stop.Reason.CANCELED);
        }
        ReentrantLock lock = locks.computeIfAbsent(deployment.key(), key -> new ReentrantLock());
        lock.lock();
        try {
            RunningDeployment present = running.remove(deployment.key());
            if (present != null) {
                present.stop();
            }
            FolderTree.delete(folder(deployment));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }

    private Path folder(ResourceId deployment) {
        return files.resolve(deployment.segment("workspaces").toLowerCase(Locale.ROOT))
                .resolve(deployment.segment("onlineEndpoints").toLowerCase(Locale.ROOT))
                .resolve(deployment.name().toLowerCase(Locale.ROOT));
    }

    /** Folders of the deployment's revisions, oldest first. */
    private List<Path> revisions(ResourceId deployment) {
        Path folder = folder(deployment);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(folder)) {
            List<Path> revisions = new ArrayList<>(found.toList());
            revisions.sort(Comparator.comparingInt(OnlineDeployments::number));
            return revisions;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String next(List<Path> revisions) {
        return Integer.toString(revisions.isEmpty() ? 1 : number(revisions.get(revisions.size() - 1)) + 1);
    }

    private static int number(Path revision) {
        return Integer.parseInt(revision.getFileName().toString());
    }

    @Override
    public void close() {
        closed = true;
        starting.values().forEach(stop -> stop.request(Stop.Reason.SHUTDOWN));
        running.values().parallelStream().forEach(RunningDeployment::stop);
        running.clear();
    }
}
