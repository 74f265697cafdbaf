package io.github.amlmaven.core.request;

import io.github.amlmaven.core.cloud.WorkspaceId;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.spec.schema.Schemas;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the requests that {@code az ml} would send for YAML files, and sends nothing. Needs neither a workspace nor the
 * code and data that the files point to: placeholders stand for them, the same ones for every client that is compared.
 */
public final class RequestRendering {

    /** The workspace that stands for any. */
    public static final WorkspaceId PLACEHOLDER =
            new WorkspaceId("00000000-0000-0000-0000-000000000000", "group", "workspace");

    static final String LOCATION = "westeurope";
    /** For names that a client makes up. */
    static final String GENERATED = "generated";

    private final SpecReader reader;
    private final Schemas schemas = Schemas.load();

    public RequestRendering(SpecReader reader) {
        this.reader = reader;
    }

    /**
     * Renders one file.
     *
     * @param root what local paths are shown relative to
     */
    public Rendering render(Path file, Path root) {
        SpecDocument document = reader.read(file, root);
        if (document.isEmpty() || (document.root() instanceof SpecNode.Mapping mapping && !isSpec(mapping))) {
            return new Rendering.NotASpec();
        }
        SpecLoader loader = SpecLoader.ofRequests(reader.knowing(List.of(document)), root, schemas);
        PlannedAssets assets = new PlannedAssets(PLACEHOLDER, root);
        try {
            CheckedSpec spec = loader.any(file);
            PlannedRequest request = new KindRequests(loader, assets).request(spec);
            return new Rendering.Requests(spec.kind().name(), request, assets.before());
        } catch (AmlException e) {
            return new Rendering.Refused(e.problems().isEmpty() ? problem(e, file, root) : e.problems());
        }
    }

    private boolean isSpec(SpecNode.Mapping mapping) {
        return schemas.kindOf(mapping)
                .filter(kind -> !KindRequests.isOther(kind))
                .isPresent();
    }

    private static List<Problem> problem(AmlException e, Path file, Path root) {
        ErrorCode code = e.code();
        Path absolute = file.toAbsolutePath().normalize();
        Path base = root.toAbsolutePath().normalize();
        Path shown = absolute.startsWith(base) ? base.relativize(absolute) : absolute;
        return List.of(new Problem(code, new Location(shown, 1, 1), String.valueOf(e.getMessage())));
    }
}
