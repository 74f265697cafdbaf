package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Namespaces by bubblewrap, which needs no root where user namespaces are allowed. */
final class BubblewrapIsolation implements Isolation {

    private final Path bwrap;
    private final Path setsid;
    private final boolean overlay;

    /** @param overlay use the overlay options of bubblewrap 0.11; without them the image's files are read-only */
    BubblewrapIsolation(HostTool bwrap, HostTool setsid, boolean overlay) {
        this.bwrap = bwrap.path();
        this.setsid = setsid.path();
        this.overlay = overlay;
    }

    @Override
    public String name() {
        return "bubblewrap";
    }

    @Override
    public boolean hostNetwork() {
        return true;
    }

    @Override
    public String shortcomings() {
        return "bubblewrap shares this machine's network and does not enforce cpu and memory limits"
                + (overlay ? "" : "; only /tmp, /var/tmp, /run and /dev/shm are writable");
    }

    @Override
    public Launch launch(Start start) throws IOException {
        List<String> command = new ArrayList<>(List.of(setsid.toString(), bwrap.toString()));
        String root = start.root().toString();
        if (overlay) {
            Path upper = Files.createDirectories(start.scratch().resolve("upper"));
            Path work = Files.createDirectories(start.scratch().resolve("work"));
            command.addAll(List.of("--overlay-src", root, "--overlay", upper.toString(), work.toString(), "/"));
        } else {
            command.addAll(List.of("--ro-bind", root, "/"));
        }
        command.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/run"));
        if (Files.isDirectory(new RootPath(start.root()).follow("/var/tmp"))) {
            command.addAll(List.of("--tmpfs", "/var/tmp"));
        }
        for (ContainerSpec.Mount mount : start.spec().mounts()) {
            command.addAll(List.of("--ro-bind", mount.folder().toString(), mount.path()));
        }
        command.addAll(List.of("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent"));
        if (!start.user().isRoot()) {
            command.addAll(List.of(
                    "--unshare-user",
                    "--uid",
                    Integer.toString(start.user().user()),
                    "--gid",
                    Integer.toString(start.user().group())));
        }
        command.addAll(List.of("--chdir", start.workingDirectory(), "--"));
        command.addAll(start.words());
        return new Launch(command, start.environment(), start.scratch());
    }
}
