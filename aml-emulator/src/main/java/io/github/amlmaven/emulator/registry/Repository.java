package io.github.amlmaven.emulator.registry;

/**
 * A repository of a registry.
 *
 * @param registry the registry's ARM name, lower case
 * @param name for example {@code cache/docker.io/library/python}
 */
record Repository(String registry, String name) {

    Repository {
        if (!ImageName.isRepository(name)) {
            throw OciErrors.of(400, "NAME_INVALID", "invalid repository name");
        }
    }

    /** Prefix of the keys of its documents. */
    String key() {
        return registry + "/" + name;
    }
}
