package io.github.amlmaven.plugin.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * An emulator that listens, in this build or in another process, as it describes itself in its home.
 *
 * @param https where ARM, registry and storage are
 * @param http where scoring and administration are
 * @param certificate PEM file of the HTTPS listener's certificate
 * @param tenantId of its identity provider
 * @param subscriptionId of its workspace
 * @param resourceGroup of its workspace
 * @param workspace name
 * @param pid of the process
 * @param home where its state is
 * @param online whether it may ask public registries and the package index
 */
public record RunningEmulator(
        URI https,
        URI http,
        Path certificate,
        String tenantId,
        String subscriptionId,
        String resourceGroup,
        String workspace,
        long pid,
        Path home,
        boolean online) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TIMEOUT_MILLIS = 3_000;

    /** The one that uses {@code home} and answers; a description left by a killed process counts as none. */
    public static Optional<RunningEmulator> in(Path home) {
        Path file = home.resolve("emulator.json");
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            JsonNode described = JSON.readTree(file.toFile());
            RunningEmulator emulator = new RunningEmulator(
                    URI.create(described.path("https").asText()),
                    URI.create(described.path("http").asText()),
                    Path.of(described.path("certificate").asText()),
                    described.path("tenantId").asText(),
                    described.path("subscriptionId").asText(),
                    described.path("resourceGroup").asText(),
                    described.path("workspace").asText(),
                    described.path("pid").asLong(),
                    home,
                    true);
            return emulator.answering();
        } catch (IOException | IllegalArgumentException e) {
            // Half a description cannot be: it is written by rename. So it is not ours; say which file to look at.
            throw AmlException.of(ErrorCode.EMULATOR_FAILED, "cannot read " + file + ": " + e.getMessage())
                    .cause(e)
                    .remedy("Delete the file, or choose another folder with -Daml.emulator.home.")
                    .build();
        }
    }

    /** Asks it to end and waits until it has. */
    public void stop(Duration limit) {
        try {
            int status = post("/_emulator/stop");
            if (status >= 300) {
                throw AmlException.of(
                                ErrorCode.EMULATOR_FAILED,
                                "the emulator of " + home + " (process " + pid + ") refuses to stop: status " + status)
                        .remedy("It belongs to a build that is still running: end that build.")
                        .build();
            }
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.EMULATOR_FAILED, "the emulator of " + home + " does not answer: " + e)
                    .cause(e)
                    .remedy("End process " + pid + ".")
                    .build();
        }
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        long deadline = System.nanoTime() + limit.toNanos();
        while (process.isPresent() && process.get().isAlive()) {
            if (System.nanoTime() > deadline) {
                throw AmlException.of(
                                ErrorCode.EMULATOR_FAILED,
                                "the emulator's process " + pid + " has not ended after " + limit.toSeconds() + " s")
                        .remedy("End process " + pid + ".")
                        .build();
            }
            pause();
        }
    }

    /** As it says itself that it is now; empty when it does not answer. */
    private Optional<RunningEmulator> answering() {
        try {
            HttpURLConnection connection = open("/_emulator/health");
            if (connection.getResponseCode() != 200) {
                return Optional.empty();
            }
            try (InputStream body = connection.getInputStream()) {
                boolean now = JSON.readTree(body).path("online").asBoolean(true);
                return Optional.of(new RunningEmulator(
                        https, http, certificate, tenantId, subscriptionId, resourceGroup, workspace, pid, home, now));
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Lets it ask public registries and the package index, or forbids it. */
    public void switchTo(boolean toOnline) {
        try {
            post(toOnline ? "/_emulator/online" : "/_emulator/offline");
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.EMULATOR_FAILED, "the emulator of " + home + " does not answer: " + e)
                    .cause(e)
                    .build();
        }
    }

    private int post(String path) throws IOException {
        HttpURLConnection connection = open(path);
        connection.setRequestMethod("POST");
        return connection.getResponseCode();
    }

    private HttpURLConnection open(String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) http.resolve(path).toURL().openConnection(java.net.Proxy.NO_PROXY);
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        return connection;
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AmlException.of(ErrorCode.EMULATOR_FAILED, "interrupted while the emulator was ending")
                    .cause(e)
                    .build();
        }
    }
}
