package io.github.amlmaven.emulator.inference;

import io.github.amlmaven.emulator.container.ContainerRuntime;
import io.github.amlmaven.emulator.container.ContainerSpec;
import io.github.amlmaven.emulator.container.Loopback;
import io.github.amlmaven.emulator.job.process.ProcessGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Starts scoring servers from virtual environments as processes of this machine, each on a free loopback port that it is
 * told in {@code PORT}. What is running is on record, so that the servers of a killed emulator can be ended.
 */
final class PythonServers {

    private final Path records;

    /** @param records folder of its own; the servers that are on record there are ended */
    PythonServers(Path records) throws IOException {
        this.records = Files.createDirectories(records);
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(records)) {
            for (Path leftover : leftovers) {
                ProcessGroup.killLeftover(
                        Long.parseLong(leftover.getFileName().toString()), Instant.parse(Files.readString(leftover)));
                Files.delete(leftover);
            }
        }
    }

    /** A runtime for servers that keep their files in one folder. */
    ContainerRuntime in(ServingFolder folder) {
        return new FolderRuntime(folder);
    }

    private final class FolderRuntime implements ContainerRuntime {

        private final ServingFolder folder;

        FolderRuntime(ServingFolder folder) {
            this.folder = folder;
        }

        @Override
        public Container start(ContainerSpec spec) throws IOException {
            int port = Loopback.freePort();
            Map<String, String> environment = new TreeMap<>(spec.environment());
            environment.put("PORT", Integer.toString(port));
            Files.createDirectories(folder.serverLog().getParent());
            ProcessGroup group = ProcessGroup.start(spec.command(), folder.appRoot(), environment, folder.serverLog());
            Path record = records.resolve(Long.toString(group.pid()));
            Optional<Instant> started = group.startInstant();
            if (started.isPresent()) {
                Files.writeString(record, started.get().toString());
            }
            return new Server(spec, group, port, folder, record);
        }

        @Override
        public String isolation() {
            return "process";
        }

        @Override
        public void close() {
            // Each server belongs to its supervisor, which stops it.
        }
    }

    private record Server(ContainerSpec spec, ProcessGroup group, int hostPort, ServingFolder folder, Path record)
            implements ContainerRuntime.Container {

        @Override
        public boolean alive() {
            return group.alive();
        }

        @Override
        public Optional<Integer> exitCode() {
            return group.exitCode();
        }

        @Override
        public String log(int tail) {
            try {
                return ServingFolder.tail(folder.serverLog(), tail);
            } catch (IOException e) {
                return "the log cannot be read: " + e;
            }
        }

        @Override
        public void stop() {
            group.kill();
            try {
                Files.deleteIfExists(record);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
