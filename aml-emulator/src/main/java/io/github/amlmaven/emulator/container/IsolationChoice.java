package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Which isolations this machine may have, best first. Whether one works is found out by trying it. */
final class IsolationChoice {

    private static final String OVERRIDE_PROPERTY = "aml.emulator.isolation";
    private static final String OVERRIDE_VARIABLE = "AML_EMULATOR_ISOLATION";

    private IsolationChoice() {}

    /**
     * Candidates in order of preference; the last one works everywhere.
     *
     * @param wanted one isolation by name, or empty for all
     */
    static List<Isolation> candidates(Path files, String owner, String wanted) throws IOException {
        Map<String, List<Isolation>> known = new LinkedHashMap<>();
        known.put("podman", podman(files, owner));
        known.put("docker", docker(owner));
        known.put("bubblewrap", bubblewrap());
        known.put("unshare", unshare(files));
        known.put("chroot", chroot());
        known.put("process", List.of(new HostProcessIsolation(HostTool.find("setsid"))));
        if (wanted.isEmpty()) {
            return known.values().stream().flatMap(List::stream).toList();
        }
        List<Isolation> only = known.get(wanted);
        if (only == null) {
            throw new IOException("isolation '" + wanted + "' is not known; use one of " + known.keySet() + " in -D"
                    + OVERRIDE_PROPERTY + " or " + OVERRIDE_VARIABLE);
        }
        if (only.isEmpty()) {
            throw new IOException("isolation '" + wanted + "' is asked for, but its programs are not on this machine");
        }
        return only;
    }

    /** The isolation that the user insists on; empty for the best. */
    static String override() {
        String property = System.getProperty(OVERRIDE_PROPERTY);
        String variable = System.getenv(OVERRIDE_VARIABLE);
        String wanted = property != null ? property : variable != null ? variable : "";
        return wanted.strip().toLowerCase(Locale.ROOT);
    }

    private static List<Isolation> podman(Path files, String owner) throws IOException {
        Optional<HostTool> podman = HostTool.find("podman");
        if (podman.isEmpty()) {
            return List.of();
        }
        Map<String, String> modest = EngineIsolation.Podman.modestSettings(files);
        return List.of(
                new EngineIsolation.Podman(podman.get(), owner, true, Map.of()),
                new EngineIsolation.Podman(podman.get(), owner, true, modest),
                new EngineIsolation.Podman(podman.get(), owner, false, modest));
    }

    private static List<Isolation> docker(String owner) {
        Optional<HostTool> docker = HostTool.find("docker");
        Optional<HostTool> tar = HostTool.find("tar");
        return docker.isPresent() && tar.isPresent()
                ? List.of(new EngineIsolation.Docker(docker.get(), tar.get(), owner))
                : List.of();
    }

    private static List<Isolation> bubblewrap() {
        Optional<HostTool> bwrap = HostTool.find("bwrap");
        Optional<HostTool> setsid = HostTool.find("setsid");
        return bwrap.isPresent() && setsid.isPresent()
                ? List.of(
                        new BubblewrapIsolation(bwrap.get(), setsid.get(), true),
                        new BubblewrapIsolation(bwrap.get(), setsid.get(), false))
                : List.of();
    }

    private static List<Isolation> unshare(Path files) throws IOException {
        Optional<HostTool> unshare = HostTool.find("unshare");
        Optional<HostTool> setsid = HostTool.find("setsid");
        if (unshare.isEmpty() || setsid.isEmpty()) {
            return List.of();
        }
        List<Isolation> both = new ArrayList<>();
        if (RootFileSystems.isRoot()) {
            both.add(new UnshareIsolation(unshare.get(), setsid.get(), false, files));
        }
        both.add(new UnshareIsolation(unshare.get(), setsid.get(), true, files));
        return both;
    }

    private static List<Isolation> chroot() {
        Optional<HostTool> chroot = HostTool.find("chroot");
        Optional<HostTool> setsid = HostTool.find("setsid");
        Optional<HostTool> copy = HostTool.find("cp");
        return RootFileSystems.isRoot() && chroot.isPresent() && setsid.isPresent() && copy.isPresent()
                ? List.of(new ChrootIsolation(chroot.get(), setsid.get(), copy.get(), HostTool.find("unshare")))
                : List.of();
    }
}
