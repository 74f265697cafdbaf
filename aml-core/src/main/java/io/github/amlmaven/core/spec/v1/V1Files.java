package io.github.amlmaven.core.spec.v1;

import io.github.amlmaven.core.spec.yaml.SpecDocument;
import java.nio.file.Path;

/** The project that a file of the first API belongs to. */
public interface V1Files {

    /**
     * Reads another file of the first API.
     *
     * @param kind what it must be: {@code v1-run-configuration}
     */
    SpecDocument read(Path file, String kind);

    /** The absolute folder that paths must not leave; the first API's command line started paths from it too. */
    Path directory();

    /** Whether a path that is referenced must exist. */
    boolean mustExist(Path path);
}
