package io.github.amlmaven.core.image;

import com.google.cloud.tools.jib.api.LogEvent;
import com.google.cloud.tools.jib.event.events.ProgressEvent;
import com.google.cloud.tools.jib.event.progress.Allocation;
import io.github.amlmaven.core.progress.Progress;
import java.util.concurrent.atomic.LongAdder;

/** Jib's events as progress: its log for the most part as detail, its transfers as bytes. */
final class JibEvents {

    private final Progress progress;
    private final boolean local;
    private final LongAdder done = new LongAdder();

    JibEvents(Progress progress, boolean local) {
        this.progress = progress;
        this.local = local;
    }

    void log(LogEvent event) {
        String message = event.getMessage().trim();
        if (message.isEmpty() || (local && isAboutTls(message))) {
            return;
        }
        switch (event.getLevel()) {
            case ERROR, WARN -> progress.warn(message);
            default -> progress.debug(message);
        }
    }

    void progress(ProgressEvent event) {
        Allocation allocation = event.getAllocation();
        if (!isTransfer(allocation.getDescription())) {
            return;
        }
        done.add(event.getUnits());
        // Jib sends a layer while it still compresses others, so the sum is not known before the end.
        progress.bytes("image layers", done.sum(), -1);
    }

    /** The descriptions of jib-core's PushBlobStep and of its layer pull; only these count bytes. */
    private static boolean isTransfer(String description) {
        return description.startsWith("pushing blob sha256:")
                || description.startsWith("pulling base image layer sha256:");
    }

    /** The emulator's certificate is self-signed by design; Jib says so twice for each connection. */
    private static boolean isAboutTls(String message) {
        return message.contains("Cannot verify server at") || message.contains("no TLS verification");
    }
}
