package io.github.amlmaven.core.ranks;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * How many GPUs a virtual machine of a size has.
 *
 * <p>Source: https://learn.microsoft.com/azure/virtual-machines/sizes/overview (GPU accelerated).
 */
final class VmSizes {

    private static final Map<String, Integer> GPUS = Map.ofEntries(
            Map.entry("nc6s_v3", 1),
            Map.entry("nc12s_v3", 2),
            Map.entry("nc24s_v3", 4),
            Map.entry("nc24rs_v3", 4),
            Map.entry("nc4as_t4_v3", 1),
            Map.entry("nc8as_t4_v3", 1),
            Map.entry("nc16as_t4_v3", 1),
            Map.entry("nc64as_t4_v3", 4),
            Map.entry("nc24ads_a100_v4", 1),
            Map.entry("nc48ads_a100_v4", 2),
            Map.entry("nc96ads_a100_v4", 4),
            Map.entry("nc40ads_h100_v5", 1),
            Map.entry("nc80adis_h100_v5", 2),
            Map.entry("nd40rs_v2", 8),
            Map.entry("nd96asr_v4", 8),
            Map.entry("nd96amsr_a100_v4", 8),
            Map.entry("nd96isr_h100_v5", 8),
            Map.entry("nd96isr_h200_v5", 8),
            Map.entry("nv36ads_a10_v5", 1),
            Map.entry("nv36adms_a10_v5", 1),
            Map.entry("nv72ads_a10_v5", 2));

    /** Series without any GPU: general purpose, compute, memory and storage optimised. */
    private static final Pattern WITHOUT = Pattern.compile("(?:[abdef]|l|m|hb|hc|hx|fx)\\d.*");

    private VmSizes() {}

    /** Empty for a size that this does not know, and for those that have a part of a GPU. */
    static OptionalInt gpus(String size) {
        String name = size.strip().toLowerCase(Locale.ROOT).replaceFirst("^standard_", "");
        Integer known = GPUS.get(name);
        if (known != null) {
            return OptionalInt.of(known);
        }
        return WITHOUT.matcher(name).matches() ? OptionalInt.of(0) : OptionalInt.empty();
    }
}
