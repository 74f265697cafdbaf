package io.github.amlmaven.core.spec.v1;

import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the first API in a temporary folder, converted as if the results were written into the same folder. */
final class V1Folder implements V1Files {

    private final Path folder;

    V1Folder(Path folder) {
        this.folder = folder;
    }

    V1Folder with(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return this;
    }

    /** A pipeline of one step: its lines below {@code Step:}. */
    Converted step(String step) throws IOException {
        with("pipeline.yml", """
                pipeline:
                  name: p
                  parameters: {rate: {type: float, default: 0.5}}
                  data_references:
                    raw: {datastore: workspaceblobstore, path_on_datastore: raw/in.csv}
                    archive: {datastore: cold, path_on_datastore: archive}
                    set: {dataset_name: mnist}
                  default_compute: cpu
                  steps:
                    Step:
                """ + step.indent(6));
        return PipelineConversion.of(document("pipeline.yml"), this, folder);
    }

    SpecDocument document(String name) {
        return read(folder.resolve(name), "");
    }

    Converted job(String name) {
        return JobConversion.of(document(name), this, folder);
    }

    @Override
    public SpecDocument read(Path file, String kind) {
        return new SpecReader().readVerbatim(file, folder);
    }

    @Override
    public Path directory() {
        return folder;
    }

    @Override
    public boolean mustExist(Path path) {
        return true;
    }
}
