package io.github.amlmaven.emulator.job.run;

import io.github.amlmaven.emulator.job.data.BlobFolders;
import io.github.amlmaven.emulator.job.data.BlobLocation;
import io.github.amlmaven.emulator.job.data.DataLocations;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.storage.BlobStore;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** A job's log files in the workspace's artifact store, where clients read them by SAS while the job runs. */
public final class RunLogs {

    /** Folder of the commands' own logs, one file a process. */
    private static final String USER_LOGS = "user_logs/";

    private static final Duration LINK_LIFE = Duration.ofHours(1);

    private final DataLocations locations;
    private final BlobFolders folders;
    private final BlobStore blobs;
    private final URI base;
    private final Map<String, Long> published = new ConcurrentHashMap<>();

    public RunLogs(DataLocations locations, BlobStore blobs, URI base) {
        this.locations = locations;
        this.folders = new BlobFolders(blobs);
        this.blobs = blobs;
        this.base = base;
    }

    /** Uploads what has grown since the last time. */
    public void publish(Job job, JobFolder folder) throws IOException {
        BlobLocation artifacts = locations.artifacts(job.workspace(), job.name());
        List<String> names = new ArrayList<>(List.of(JobFolder.BUILD_LOG));
        Path logs = folder.root().resolve(USER_LOGS);
        if (Files.isDirectory(logs)) {
            try (Stream<Path> files = Files.list(logs)) {
                files.map(file -> USER_LOGS + file.getFileName()).sorted().forEach(names::add);
            }
        }
        for (String name : names) {
            Path log = folder.root().resolve(name);
            if (Files.isRegularFile(log)) {
                String key = key(job) + name;
                Long length = Files.size(log);
                if (!length.equals(published.get(key))) {
                    folders.upload(log, artifacts.resolve(name));
                    published.put(key, length);
                }
            }
        }
    }

    /** Forgets a job that has ended. */
    void ended(Job job) {
        published.keySet().removeIf(key -> key.startsWith(key(job)));
    }

    private static String key(Job job) {
        return job.id().key() + "/";
    }

    /** Name and SAS URL of each log that there is: the build's, the command's, and what the command wrote to logs/. */
    public Map<String, String> links(Job job) throws IOException {
        BlobLocation artifacts = locations.artifacts(job.workspace(), job.name());
        Map<String, String> links = new LinkedHashMap<>();
        for (String name : folders.names(artifacts)) {
            if (name.equals(JobFolder.BUILD_LOG) || name.startsWith(USER_LOGS) || name.startsWith("logs/")) {
                links.put(name, link(artifacts.resolve(name)));
            }
        }
        return links;
    }

    /** A SAS URL, path-style because not every machine resolves {@code *.localhost}. */
    String link(BlobLocation blob) {
        String sas = blobs.containerSas(blob.account(), blob.container(), "r", LINK_LIFE);
        return url(base.toString(), "/" + blob.account() + "/" + blob.container() + "/" + blob.path(), sas);
    }

    /** A SAS URL with the account in its host, by which azureml-mlflow knows that it names a blob. */
    public String hostLink(BlobLocation blob, String permissions) {
        String sas = blobs.containerSas(blob.account(), blob.container(), permissions, LINK_LIFE);
        String host = base.getScheme() + "://" + blob.account() + ".blob." + base.getAuthority();
        return url(host, "/" + blob.container() + "/" + blob.path(), sas);
    }

    private static String url(String start, String path, String sas) {
        try {
            return start + new URI(null, null, path, null).getRawPath() + "?" + sas;
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
