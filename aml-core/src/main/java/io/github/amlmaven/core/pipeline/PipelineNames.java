package io.github.amlmaven.core.pipeline;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Names for what a pipeline is published as, each by the service's rules. */
final class PipelineNames {

    private static final int LONGEST_ENDPOINT = 32;

    private PipelineNames() {}

    /**
     * The name of a pipeline whose file has none: the file's own, or the project's for a file that is just called
     * pipeline. Endpoints' names are unique in a region, and {@code pipeline} is somebody's already.
     */
    static String ofFile(Path file, Optional<String> project) {
        String stem = String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
        return stem.equals("pipeline") ? project.orElse(stem) : stem;
    }

    /** A component's name: lower-case letters, digits, underscore; a letter first. */
    static String component(String name) {
        String plain =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("^_+|_+$", "");
        return plain.isEmpty() || !Character.isLetter(plain.charAt(0)) ? "pipeline_" + plain : plain;
    }

    /** An endpoint's name: 3 to 32 letters, digits and hyphens, a letter first. */
    static String endpoint(String name) {
        String plain = component(name).replace('_', '-');
        String cut = plain.length() > LONGEST_ENDPOINT ? plain.substring(0, LONGEST_ENDPOINT) : plain;
        String trimmed = cut.replaceAll("-+$", "");
        return trimmed.length() < 3 ? trimmed + "-pipeline" : trimmed;
    }

    /** A deployment's name from a version: {@code v} and the version, by the rules of an endpoint's name. */
    static String deployment(String version) {
        String plain = ("v" + version).replaceAll("[^A-Za-z0-9]+", "-").replaceAll("-+$", "");
        String cut = plain.length() > LONGEST_ENDPOINT ? plain.substring(0, LONGEST_ENDPOINT) : plain;
        return cut.length() < 3 ? "version-" + cut.substring(1) : cut;
    }
}
