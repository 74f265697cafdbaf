package io.github.amlmaven.emulator.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** Another registry of this emulator. */
record LocalSource(Repositories repositories, String registry) implements ImageSource {

    @Override
    public Optional<Fetched> manifest(String repository, String reference) throws IOException {
        return repositories
                .manifest(new Repository(registry, repository), reference)
                .map(manifest -> new Fetched(manifest.mediaType(), manifest.bytes()));
    }

    @Override
    public InputStream blob(String repository, String digest) throws IOException {
        if (!repositories.hasBlob(new Repository(registry, repository), digest)) {
            throw new NoSuchFileException(digest);
        }
        return Files.newInputStream(repositories.content().path(digest));
    }
}
