package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Only another root directory, for root without the right to make namespaces (as in an unprivileged container). Each
 * container gets a copy of the image, because nothing else keeps its writes apart.
 */
final class ChrootIsolation implements Isolation {

    private static final Duration COPY_LIMIT = Duration.ofMinutes(5);
    private static final Duration DEVICE_LIMIT = Duration.ofSeconds(10);
    /** Character devices with their numbers, the same on every Linux. */
    private static final Map<String, String> DEVICES =
            Map.of("null", "3", "zero", "5", "full", "7", "random", "8", "urandom", "9");

    private final HostTool chroot;
    private final HostTool setsid;
    private final HostTool copy;
    private final Optional<HostTool> unshare;

    /** @param unshare changes root and directory at once, where chroot needs a shell in the image for the latter */
    ChrootIsolation(HostTool chroot, HostTool setsid, HostTool copy, Optional<HostTool> unshare) {
        this.unshare = unshare;
        this.chroot = chroot;
        this.setsid = setsid;
        this.copy = copy;
    }

    @Override
    public String name() {
        return "chroot";
    }

    @Override
    public boolean hostNetwork() {
        return true;
    }

    @Override
    public String shortcomings() {
        return "chroot shares this machine's network and processes, has no /proc and does not enforce cpu and memory"
                + " limits";
    }

    @Override
    public Launch launch(Start start) throws IOException {
        Path root = start.scratch().resolve("root");
        HostTool.Result copied = copy.run(
                COPY_LIMIT, Map.of(), "-a", "--reflink=auto", start.root().toString(), root.toString());
        if (!copied.ok()) {
            throw new IOException("the image cannot be copied: " + copied.output());
        }
        RootPath paths = new RootPath(root);
        for (ContainerSpec.Mount mount : start.spec().mounts()) {
            HostTool.Result mounted = copy.run(
                    COPY_LIMIT,
                    Map.of(),
                    "-a",
                    "--reflink=auto",
                    mount.folder() + "/.",
                    paths.follow(mount.path()).toString());
            if (!mounted.ok()) {
                throw new IOException(mount.folder() + " cannot be copied: " + mounted.output());
            }
        }
        devices(paths.follow("/dev"));
        Files.setAttribute(Files.createDirectories(paths.follow("/tmp")), "unix:mode", 01777);
        Files.createDirectories(paths.follow(start.workingDirectory()));
        List<String> command = new ArrayList<>(List.of(setsid.path().toString()));
        command.addAll(changeRoot(start, root, paths));
        command.addAll(start.words());
        return new Launch(command, start.environment(), start.scratch());
    }

    private List<String> changeRoot(Start start, Path root, RootPath paths) throws IOException {
        UserId user = start.user();
        List<String> command = new ArrayList<>();
        if (unshare.isPresent()) {
            command.addAll(
                    List.of(unshare.get().path().toString(), "--root=" + root, "--wd=" + start.workingDirectory()));
            if (!user.isRoot()) {
                command.addAll(List.of("--setgid=" + user.group(), "--setuid=" + user.user()));
            }
            command.add("--");
            return command;
        }
        command.addAll(
                List.of(chroot.path().toString(), "--userspec=" + user.user() + ":" + user.group(), root.toString()));
        if (Files.isExecutable(paths.follow("/bin/sh"))) {
            command.addAll(List.of("/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", start.workingDirectory()));
        }
        return command;
    }

    private static void devices(Path folder) throws IOException {
        Files.createDirectories(folder);
        var mknod = HostTool.find("mknod");
        for (Map.Entry<String, String> device : DEVICES.entrySet()) {
            Path node = folder.resolve(device.getKey());
            if (mknod.isPresent() && !Files.exists(node, LinkOption.NOFOLLOW_LINKS)) {
                // Where device nodes are not allowed either, most programs still run: random numbers have a system
                // call.
                mknod.get().run(DEVICE_LIMIT, Map.of(), "-m", "666", node.toString(), "c", "1", device.getValue());
            }
        }
    }
}
