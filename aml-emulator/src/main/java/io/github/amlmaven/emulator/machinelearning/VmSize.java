package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.HttpError;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A size of virtual machines as Azure's documentation describes it.
 *
 * @param reserved whether a managed deployment must leave a fifth for upgrades (reference-managed-online-endpoints-vm-sku-list,
 *     "Skip 20% Reservation")
 */
record VmSize(String name, String family, int cores, int gpus, double memoryGb, int diskMb, boolean reserved) {

    static final List<VmSize> ALL = List.of(
            size("Standard_D2_v2", "standardDv2Family", 2, 0, 7, 102_400),
            size("Standard_DS1_v2", "standardDSv2Family", 1, 0, 3.5, 7_168),
            size("Standard_DS2_v2", "standardDSv2Family", 2, 0, 7, 14_336),
            size("Standard_DS3_v2", "standardDSv2Family", 4, 0, 14, 28_672),
            size("Standard_DS4_v2", "standardDSv2Family", 8, 0, 28, 57_344),
            size("Standard_DS5_v2", "standardDSv2Family", 16, 0, 56, 114_688),
            size("Standard_DS11_v2", "standardDSv2Family", 2, 0, 14, 28_672),
            size("Standard_DS12_v2", "standardDSv2Family", 4, 0, 28, 57_344),
            size("Standard_D4s_v3", "standardDSv3Family", 4, 0, 16, 32_768),
            size("Standard_D8s_v3", "standardDSv3Family", 8, 0, 32, 65_536),
            size("Standard_D2as_v4", "standardDASv4Family", 2, 0, 8, 16_384),
            size("Standard_D4as_v4", "standardDASv4Family", 4, 0, 16, 32_768),
            size("Standard_E2s_v3", "standardESv3Family", 2, 0, 16, 32_768),
            size("Standard_E4s_v3", "standardESv3Family", 4, 0, 32, 65_536),
            size("Standard_E8s_v3", "standardESv3Family", 8, 0, 64, 131_072),
            size("Standard_F2s_v2", "standardFSv2Family", 2, 0, 4, 16_384),
            size("Standard_F4s_v2", "standardFSv2Family", 4, 0, 8, 32_768),
            size("Standard_F8s_v2", "standardFSv2Family", 8, 0, 16, 65_536),
            size("Standard_F16s_v2", "standardFSv2Family", 16, 0, 32, 131_072),
            size("Standard_NC6s_v3", "standardNCSv3Family", 6, 1, 112, 344_064),
            size("Standard_NC12s_v3", "standardNCSv3Family", 12, 2, 224, 688_128),
            size("Standard_NC4as_T4_v3", "Standard NCASv3_T4 Family", 4, 1, 28, 184_320),
            new VmSize("Standard_NC24ads_A100_v4", "StandardNCADSA100v4Family", 24, 1, 220, 65_536, false));

    private static VmSize size(String name, String family, int cores, int gpus, double memoryGb, int diskMb) {
        return new VmSize(name, family, cores, gpus, memoryGb, diskMb, true);
    }

    static List<String> families() {
        return ALL.stream().map(VmSize::family).distinct().toList();
    }

    /**
     * Names of sizes that AML takes, as they are formed (vm-naming-conventions) from the families that it supports
     * (concept-compute-target, "Supported VM series and sizes"): family, cores, of these those in use, features, accelerator,
     * version. Far more than {@link #ALL}, which knows cores and memory too. The B series is not among them.
     */
    private static final Pattern SUPPORTED = Pattern.compile(
            "standard_(a|d|ds|dc|e|ec|f|fx|g|gs|h|hb|hc|hx|l|m|nc|nd|np|nv)[1-9]\\d{0,2}(-\\d{1,3})?[a-z]{0,6}"
                    + "(_(t4|a10|a100|h100|h200|mi300x|v710))?(_v\\d{1,2})?(_promo)?",
            Pattern.CASE_INSENSITIVE);

    static boolean supported(String name) {
        return SUPPORTED.matcher(name).matches();
    }

    /**
     * The service's words for a size that it does not have (Azure/MachineLearningNotebooks#1169).
     *
     * @param property that has the name: {@code Cluster.Properties.VMSize}
     */
    static HttpError unsupported(String name, String property) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode error = body.putObject("error")
                .put("code", "InvalidPropertyValue")
                .put(
                        "message",
                        "The specified value " + name + " for property " + property
                                + " is not a supported VM size. See additional details for supported VM sizes.");
        error.putArray("details")
                .addObject()
                .put("code", "SupportedVMSizes")
                .put(
                        "message",
                        ALL.stream()
                                .map(size -> size.name().toUpperCase(Locale.ROOT))
                                .collect(Collectors.joining(",")));
        return HttpError.json(400, body);
    }

    static Optional<VmSize> named(String name) {
        return ALL.stream().filter(size -> size.name().equalsIgnoreCase(name)).findFirst();
    }

    /** The cores that instances of a managed deployment take: {@code ceil(1.2 * instances) * cores} (how-to-manage-quotas). */
    int coresOf(int instances) {
        return (reserved ? (instances * 6 + 4) / 5 : instances) * cores;
    }
}
