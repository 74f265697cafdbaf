package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.pipeline.InvokerGeneration;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.record.GoalOutcome;
import io.github.amlmaven.plugin.record.PublishedEndpoint;
import java.io.File;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Writes small programs that start a published pipeline from outside, without this plugin: in Java, Python and C# and with
 * curl, each for a service principal and for a managed identity, none with a library. A README beside them names the
 * actions that the caller must be allowed, with a custom role of them. They hold no secret.
 */
@Mojo(name = "generate-invoker", requiresProject = false, threadSafe = true)
public final class GenerateInvokerMojo extends AbstractWorkspaceMojo {

    /** The batch endpoint's name. Default: that of the last {@code aml:publish-pipeline} in this project. */
    @Parameter(property = "aml.pipeline.endpoint")
    private @Nullable String endpoint;

    /** Which programs: some of {@code java}, {@code python}, {@code csharp}, {@code curl}. */
    @Parameter(property = "aml.invoker.languages", defaultValue = "java,python,csharp,curl")
    private List<String> languages;

    /** Where they go. Default: {@code invoker} beside the results of the goals. */
    @Parameter(property = "aml.invoker.directory")
    private @Nullable File invokerDirectory;

    @Override
    protected GoalOutcome run(Progress progress) {
        InvokerGeneration.Request request = request();
        try (AzureClients clients = connect(progress)) {
            InvokerGeneration.Result result = new InvokerGeneration(clients).generate(request);
            Map<String, Object> outputs = new LinkedHashMap<>();
            outputs.put("endpoint", request.endpoint());
            outputs.put("url", result.url());
            outputs.put("directory", request.directory().toString());
            outputs.put("inputs", result.inputs());
            outputs.put("files", result.files());
            String what = result.files().size() + " files for " + request.endpoint() + " to " + request.directory();
            return dryRun()
                    ? GoalOutcome.dryRun("Would write " + what, outputs)
                    : GoalOutcome.done("Wrote " + what, outputs);
        }
    }

    /** What the parameters ask for. */
    InvokerGeneration.Request request() {
        Path directory = invokerDirectory == null ? outputDirectory().resolve("invoker") : inProject(invokerDirectory);
        return new InvokerGeneration.Request(endpoint(), languages, directory, dryRun());
    }

    private String endpoint() {
        return endpoint != null ? endpoint : PublishedEndpoint.required(outputDirectory(), "aml:generate-invoker");
    }
}
