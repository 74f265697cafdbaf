package io.github.amlmaven.core.image;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.image.python.WheelTarget;
import java.util.Locale;

/** The platforms that Azure runs scoring containers on, in OCI's and in Python's terms. */
public enum ImagePlatform {
    LINUX_AMD64("amd64", "x86_64"),
    LINUX_ARM64("arm64", "aarch64");

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

    /** What Python packages are resolved for. */
    WheelTarget wheels(String pythonVersion) {
        return new WheelTarget(toString(), machine, pythonVersion);
    }

    @Override
    public String toString() {
        return "linux/" + architecture;
    }
}
