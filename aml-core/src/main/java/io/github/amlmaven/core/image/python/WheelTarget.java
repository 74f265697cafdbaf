package io.github.amlmaven.core.image.python;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The Python that wheels are for, whatever the machine that builds is.
 *
 * @param platform as OCI writes it: {@code linux/amd64}
 * @param machine as Python writes it: {@code x86_64}
 * @param pythonVersion major and minor: {@code 3.11}
 */
public record WheelTarget(String platform, String machine, String pythonVersion) {

    /** The newest glibc that wheels may ask for: 2.28 is what manylinux_2_28 promises to every current distribution. */
    private static final int NEWEST_GLIBC_MINOR = 28;

    private static final int OLDEST_GLIBC_MINOR = 17;

    /** The tags of wheels that run here, as pip's {@code --platform} takes them; pip adds the aliases of older ones. */
    List<String> tags() {
        List<String> tags = new ArrayList<>();
        for (int minor = NEWEST_GLIBC_MINOR; minor >= OLDEST_GLIBC_MINOR; minor--) {
            tags.add("manylinux_2_" + minor + "_" + machine);
        }
        tags.add("manylinux2014_" + machine);
        return tags;
    }

    /** The environment markers (PEP 508). */
    Map<String, String> markers() {
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
        return platform + ", Python " + pythonVersion;
    }
}
