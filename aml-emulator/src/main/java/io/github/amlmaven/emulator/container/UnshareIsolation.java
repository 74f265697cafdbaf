package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Own mount, process, IPC and host-name namespaces by util-linux, with a writable overlay on the shared image. A script
 * of ours is process 1: many programs ignore SIGTERM there, and it reaps what they leave.
 */
final class UnshareIsolation implements Isolation {

    private final Path unshare;
    private final Path setsid;
    private final boolean userNamespace;
    private final Path script;

    UnshareIsolation(HostTool unshare, HostTool setsid, boolean userNamespace, Path files) throws IOException {
        this.unshare = unshare.path();
        this.setsid = setsid.path();
        this.userNamespace = userNamespace;
        this.script = files.resolve("namespace-init.sh");
        try (InputStream source =
                Objects.requireNonNull(UnshareIsolation.class.getResourceAsStream("namespace-init.sh"))) {
            Files.write(script, source.readAllBytes());
        }
    }

    @Override
    public String name() {
        return "unshare";
    }

    @Override
    public boolean hostNetwork() {
        return true;
    }

    @Override
    public String shortcomings() {
        return "unshare shares this machine's network and does not enforce cpu and memory limits"
                + (userNamespace ? "; the image's user is not honoured" : "");
    }

    @Override
    public Launch launch(Start start) throws IOException {
        List<String> command = new ArrayList<>(List.of(setsid.toString(), unshare.toString()));
        if (userNamespace) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        command.addAll(List.of("--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child=SIGKILL", "/bin/sh"));
        UserId user = userNamespace ? UserId.ROOT : start.user();
        command.addAll(List.of(
                script.toString(),
                unshare.toString(),
                start.root().toString(),
                start.scratch().toString(),
                Integer.toString(user.user()),
                Integer.toString(user.group()),
                start.workingDirectory(),
                Integer.toString(start.spec().mounts().size())));
        for (ContainerSpec.Mount mount : start.spec().mounts()) {
            command.addAll(List.of(mount.folder().toString(), mount.path()));
        }
        command.addAll(start.words());
        return new Launch(command, start.environment(), start.scratch());
    }
}
