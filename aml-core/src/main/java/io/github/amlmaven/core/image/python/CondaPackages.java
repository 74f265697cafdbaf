package io.github.amlmaven.core.image.python;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Conda's match specifications as PEP 508 requirements. Scoring images are made of wheels, so a package that conda
 * names differently from PyPI is renamed, and one that is no Python package is left to the base image.
 */
final class CondaPackages {

    private static final Map<String, String> PYPI_NAMES = Map.ofEntries(
            Map.entry("pytorch", "torch"),
            Map.entry("pytorch-cpu", "torch"),
            Map.entry("pytorch-gpu", "torch"),
            Map.entry("py-xgboost", "xgboost"),
            Map.entry("py-xgboost-cpu", "xgboost"),
            Map.entry("tensorflow-cpu", "tensorflow"),
            Map.entry("py-opencv", "opencv-python-headless"),
            Map.entry("opencv", "opencv-python-headless"),
            Map.entry("msgpack-python", "msgpack"),
            Map.entry("matplotlib-base", "matplotlib"),
            Map.entry("dask-core", "dask"),
            Map.entry("pyarrow-core", "pyarrow"),
            Map.entry("tables", "tables"),
            Map.entry("pytables", "tables"),
            Map.entry("snappy", "python-snappy"),
            Map.entry("faiss", "faiss-cpu"),
            Map.entry("ray-core", "ray"),
            Map.entry("black", "black"));

    /** Build tools and native libraries: wheels bring theirs, or the base image has them. */
    private static final Set<String> NOT_PYTHON = Set.of(
            "cudatoolkit",
            "cudnn",
            "mkl",
            "nomkl",
            "openmpi",
            "libgcc-ng",
            "libstdcxx-ng",
            "libgomp",
            "gcc",
            "gxx",
            "gcc_linux-64",
            "gxx_linux-64",
            "ca-certificates",
            "openssl",
            "git",
            "cmake",
            "make",
            "blas",
            "openblas",
            "pytorch-cuda",
            "cpuonly",
            "nodejs");

    private static final Pattern SPEC =
            Pattern.compile("^(?:[^\\s:]+::)?([A-Za-z0-9_][A-Za-z0-9_.-]*)\\s*(?:\\[[^\\]]*])?\\s*(.*)$");
    private static final Pattern FUZZY = Pattern.compile("^=?\\s*([0-9][A-Za-z0-9.!+_]*?)(\\.?\\*)?(?:=\\S*)?$");
    private static final Pattern MINOR = Pattern.compile("^(?:=|==|~=)?\\s*(\\d+\\.\\d+)(?!.*[,|]).*$");

    private CondaPackages() {}

    /** The package a specification is about, as conda names it; empty when it is not a specification. */
    static Optional<String> name(String spec) {
        Matcher matcher = SPEC.matcher(spec.trim());
        return matcher.matches() ? Optional.of(matcher.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    static boolean isPythonPackage(String name) {
        return !NOT_PYTHON.contains(name);
    }

    /** The version part of {@code python=3.11} as major and minor; a range such as {@code >=3.10} names none. */
    static Optional<String> pythonVersion(String spec) {
        Matcher matcher = SPEC.matcher(spec.trim());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Matcher minor = MINOR.matcher(matcher.group(2));
        return minor.matches() ? Optional.of(minor.group(1)) : Optional.empty();
    }

    /** The requirement that pip understands: {@code numpy=1.26} becomes {@code numpy==1.26.*}. */
    static String toRequirement(String spec) {
        Matcher matcher = SPEC.matcher(spec.trim());
        if (!matcher.matches()) {
            return spec.trim();
        }
        String conda = matcher.group(1);
        String name = PYPI_NAMES.getOrDefault(conda.toLowerCase(Locale.ROOT), conda);
        String version = matcher.group(2).trim();
        if (version.isEmpty() || version.equals("*")) {
            return name;
        }
        if (version.startsWith("==")) {
            return name + "==" + withoutBuild(version.substring(2).trim());
        }
        Matcher fuzzy = FUZZY.matcher(version);
        if (fuzzy.matches()) {
            // One '=' (or none) means "starts with" to conda, two mean exactly; a build string pins exactly, too.
            boolean build = version.replaceFirst("^=", "").contains("=");
            return name + "==" + fuzzy.group(1) + (build ? "" : ".*");
        }
        return name + version.replace(" ", "");
    }

    private static String withoutBuild(String version) {
        int build = version.indexOf('=');
        return build < 0 ? version : version.substring(0, build);
    }
}
