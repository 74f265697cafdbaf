package io.github.amlmaven.emulator.registry;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * The public registries behind the pull-through cache, and which repository stands for which of theirs.
 *
 * <p>{@code cache/<host>/<repository>} names one in full; the usual short names of base images work too: {@code python},
 * {@code library/python}, {@code azureml/...}, {@code azurelinux/...}, {@code mcr/...}.
 *
 * @param urls by public host; {@code upstreams.properties} in the emulator's home adds to or replaces them, for a mirror
 */
public record Upstreams(Map<String, String> urls) {

    private static final String DOCKER = "docker.io";
    private static final String MICROSOFT = "mcr.microsoft.com";
    private static final Set<String> OFFICIAL = Set.of("python", "debian", "ubuntu", "alpine", "busybox");

    /** A repository of a public registry. */
    record Upstream(String host, String url, String repository) {}

    public Upstreams {
        urls = Map.copyOf(urls);
    }

    /** The public registries, and what the home's {@code upstreams.properties} says. */
    public static Upstreams in(Path home) throws IOException {
        Map<String, String> urls = new LinkedHashMap<>();
        urls.put(DOCKER, "https://registry-1.docker.io");
        urls.put(MICROSOFT, "https://mcr.microsoft.com");
        Path file = home.resolve("upstreams.properties");
        if (Files.exists(file)) {
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
            properties
                    .stringPropertyNames()
                    .forEach(host -> urls.put(
                            host.toLowerCase(Locale.ROOT),
                            properties.getProperty(host).strip()));
        }
        return new Upstreams(urls);
    }

    /** What a repository of the emulator caches; empty when it is an ordinary one. */
    Optional<Upstream> of(String repository) {
        if (repository.startsWith("cache/")) {
            String rest = repository.substring("cache/".length());
            int slash = rest.indexOf('/');
            return slash < 0 ? Optional.empty() : at(rest.substring(0, slash), rest.substring(slash + 1));
        }
        if (repository.startsWith("library/")) {
            return at(DOCKER, repository);
        }
        if (OFFICIAL.contains(repository)) {
            return at(DOCKER, "library/" + repository);
        }
        if (repository.startsWith("mcr/")) {
            return at(MICROSOFT, repository.substring("mcr/".length()));
        }
        if (repository.startsWith("azureml/") || repository.startsWith("azurelinux/")) {
            return at(MICROSOFT, repository);
        }
        return Optional.empty();
    }

    private Optional<Upstream> at(String host, String repository) {
        String url = urls.get(host);
        return url == null ? Optional.empty() : Optional.of(new Upstream(host, url, repository));
    }
}
