package io.github.amlmaven.emulator.inference;

import io.github.amlmaven.emulator.container.SupervisedContainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Optional;

/**
 * What happened to a deployment's container, as {@code getLogs} of the service lists it under "Container events" (Azure/azureml-
 * examples#1595, MicrosoftLearning/mslearn-azure-ml#100).
 */
final class DeploymentEvents implements SupervisedContainer.Listener {

    private final Path folder;
    private final Path file;
    private final Clock clock;
    private volatile String probeFailure = "";

    DeploymentEvents(ServingFolder serving, Clock clock) {
        this.folder = serving.root();
        this.file = serving.events();
        this.clock = clock;
    }

    /** Why a probe failed last, in the kubelet's words. */
    Optional<String> probeFailure() {
        return Optional.of(probeFailure).filter(failure -> !failure.isEmpty());
    }

    @Override
    public void changed() {
        // The state is asked for; nobody waits for it.
    }

    @Override
    public void event(String type, String reason, String message) {
        switch (reason) {
            case "Pulling" -> write("Pulling", type, "Start pulling container image");
            case "Pulled" -> write("Pulled", type, "Container image is pulled successfully");
            case "Started" -> write("Started", type, "Started container inference-server");
            case "Unhealthy" -> {
                probeFailure = message;
                write(message.startsWith("Liveness") ? "LivenessProbeFailed" : "ReadinessProbeFailed", type, message);
            }
            case "Failed" -> {
                if (message.startsWith("Failed to pull")) {
                    write("ImagePullFailed", type, "Image pull failed, retrying. " + message);
                } else if (!message.startsWith("Error: ")) {
                    write("Failed", type, message);
                }
            }
            case "BackOff" -> {
                if (type.equals("Warning")) {
                    write("BackOff", type, message);
                }
            }
            default -> write(reason, type, message);
        }
    }

    private synchronized void write(String name, String type, String message) {
        String line = "Kind: Pod, Name: " + name + ", Type: " + type + ", Time: " + clock.instant() + ", Message: "
                + message.replace('\n', ' ') + "\n";
        try {
            // A revision's folder goes before its last event now and then.
            if (Files.isDirectory(folder)) {
                Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
