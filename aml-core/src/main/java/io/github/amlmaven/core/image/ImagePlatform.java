package io.github.amlmaven.core.image;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The platforms that Azure runs scoring containers on, in OCI's and in Python's terms. */
public enum ImagePlatform {
    LINUX_AMD64("amd64", "x86_64"),
    LINUX_ARM64("arm64", "aarch64");

    /** The newest glibc that wheels may ask for: 2.28 is what manylinux_2_28 promises to every current distribution. */
    private static final int NEWEST_GLIBC_MINOR = 28;

    private static final int OLDEST_GLIBC_MINOR = 17;

    private final String architecture;
    private final String machine;

    ImagePlatform(String architecture, String machine) {
        this.architecture = architecture;
        this.machine = machine;
    }

    /** Reads {@code linux/amd64} or {@code linux/arm64}. */
    public static ImagePlatform of(String name) {
        for (ImagePlatform platform : values()) {
            if (platform.toString().equals(name)) {
                return platform;
            }
        }
        throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "'" + name + "' is not a platform for scoring images")
                .remedy("Set <platform> (-Daml.image.platform) to linux/amd64 or linux/arm64.")
                .build();
    }

    /** Whether this machine can run images of this platform. */
    public boolean isHost() {
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        boolean linux =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");
        return linux && (arch.equals(architecture) || arch.equals(machine));
    }

    /** The architecture as OCI writes it. */
    public String architecture() {
        return architecture;
    }

    /** The tags of wheels that run here, as pip's {@code --platform} takes them; pip adds the aliases of older ones. */
    List<String> wheelTags() {
        List<String> tags = new ArrayList<>();
        for (int minor = NEWEST_GLIBC_MINOR; minor >= OLDEST_GLIBC_MINOR; minor--) {
            tags.add("manylinux_2_" + minor + "_" + machine);
        }
        tags.add("manylinux2014_" + machine);
        return tags;
    }

    /** The environment markers (PEP 508) of this platform with a Python version such as {@code 3.11}. */
    Map<String, String> markers(String pythonVersion) {
        Map<String, String> markers = new TreeMap<>();
        markers.put("implementation_name", "cpython");
        markers.put("implementation_version", pythonVersion + ".0");
        markers.put("os_name", "posix");
        markers.put("platform_machine", machine);
        markers.put("platform_python_implementation", "CPython");
        markers.put("platform_system", "Linux");
        markers.put("python_full_version", pythonVersion + ".0");
        markers.put("python_version", pythonVersion);
        markers.put("sys_platform", "linux");
        return markers;
    }

    @Override
    public String toString() {
        return "linux/" + architecture;
    }
}
