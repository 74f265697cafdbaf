package io.github.amlmaven.core.image;

import io.github.amlmaven.core.content.Boundary;
import io.github.amlmaven.core.content.ContentFiles;
import java.nio.file.Path;
import java.util.Optional;

/** The files of the project that archive and image are made of. */
public final class ModelFiles {

    private static final String OUTSIDE = "Move the file into the folder, or set -Daml.allowOutsideProject=true.";

    private ModelFiles() {}

    /**
     * The model's files: the same as a registration would send, so that what is served is what was registered.
     *
     * @param project what the model must lie in; empty allows any place
     */
    public static ContentFiles of(Path model, Optional<Path> project) {
        boundary(project).require("model", model);
        return ContentFiles.of(model, project.isEmpty() ? Boundary.none() : new Boundary(Optional.of(model), OUTSIDE));
    }

    static ContentFiles code(Path code, Optional<Path> project) {
        boundary(project).require("scoring code", code);
        return ContentFiles.of(code, boundary(project)).withoutLeftovers();
    }

    static Boundary boundary(Optional<Path> project) {
        return new Boundary(project, OUTSIDE);
    }
}
