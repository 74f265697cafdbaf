package io.github.amlmaven.emulator.job.process;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a job's processes inherit from the host: what programs need to run and pip needs to find packages. The rest stays
 * outside, because the environment of a build often holds its secrets.
 */
public final class HostVariables {

    private static final Set<String> NAMES = Set.of(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "LANG",
            "TZ",
            "TMPDIR",
            "TEMP",
            "TMP",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY",
            "ALL_PROXY",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
            "REQUESTS_CA_BUNDLE",
            "CURL_CA_BUNDLE",
            "LD_LIBRARY_PATH",
            "DYLD_LIBRARY_PATH",
            "SYSTEMROOT",
            "SYSTEMDRIVE",
            "WINDIR",
            "COMSPEC",
            "PATHEXT",
            "USERPROFILE",
            "APPDATA",
            "LOCALAPPDATA");

    private static final Set<String> PREFIXES = Set.of("PIP_", "LC_", "CUDA_", "NVIDIA_", "OMP_", "MKL_", "OPENBLAS_");

    private HostVariables() {}

    public static Map<String, String> inherited() {
        Map<String, String> inherited = new TreeMap<>();
        System.getenv().forEach((name, value) -> {
            String upper = name.toUpperCase(Locale.ROOT);
            if (NAMES.contains(upper) || PREFIXES.stream().anyMatch(upper::startsWith)) {
                inherited.put(name, value);
            }
        });
        return inherited;
    }
}
