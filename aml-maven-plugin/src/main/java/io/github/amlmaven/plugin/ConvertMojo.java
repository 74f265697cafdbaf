package io.github.amlmaven.plugin;

import io.github.amlmaven.core.conversion.ConversionRequest;
import io.github.amlmaven.core.conversion.ConversionResult;
import io.github.amlmaven.core.conversion.V1Conversion;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.spec.v1.ServiceNames;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.io.File;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Writes the az ml v2 files of a project of the first API: pipeline YAML with its run configurations, run configurations of
 * single scripts, HyperDrive configurations, inference and deployment configurations, environments, schedules. Where a choice
 * was made, a comment in the file, a line of the log and {@code target/aml/convert.json} say so; each key that has no
 * equivalent is named with its place and what to use instead. Writes all files or none, and checks them as
 * {@code aml:validate} does.
 */
@Mojo(name = "convert", requiresProject = false, threadSafe = true)
public final class ConvertMojo extends AbstractAmlMojo {

    private static final int LONGEST_SERVICE = 28;

    /** The files to convert, instead of all of the first API in the folder. */
    @Parameter(property = "aml.files")
    private @Nullable List<File> files;

    /**
     * The folder that is searched, with its sub-folders, for YAML, JSON and {@code .runconfig} files of the first API. Hidden
     * folders but {@code .azureml}, and what builds have made, are left out.
     */
    @Parameter(property = "aml.convert.directory", defaultValue = "${project.basedir}")
    private File directory;

    /** Where the v2 files are written. */
    @Parameter(property = "aml.convert.targetDirectory", defaultValue = "${project.basedir}/src/main/aml")
    private File targetDirectory;

    /**
     * The name of a service, which {@code az ml model deploy} took from its command line: the endpoint's name. Default: the
     * artifactId in lower case, with a hyphen for what is neither letter nor digit, cut to fit.
     */
    @Parameter(property = "aml.convert.serviceName")
    private @Nullable String serviceName;

    /** The model of a service, which {@code az ml model deploy} took from its command line. Default: {@code azureml:<serviceName>@latest}. */
    @Parameter(property = "aml.convert.model")
    private @Nullable String model;

    /** The Kubernetes compute that takes the place of the AKS compute target. */
    @Parameter(property = "aml.convert.compute", defaultValue = "aks")
    private String compute;

    /** Whether files that are there with other content are replaced. Without it the goal fails and names them. */
    @Parameter(property = "aml.convert.overwrite", defaultValue = "false")
    private boolean overwrite;

    @Override
    protected GoalOutcome run(Progress progress) {
        ConversionRequest request = request();
        ConversionResult result = new V1Conversion(specReader(), progress).convert(request);
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("sources", names(result.sources(), request));
        outputs.put("files", names(List.copyOf(result.texts().keySet()), request));
        outputs.put("changed", names(result.changed(), request));
        outputs.put("choices", choices(result, request));
        outputs.put("warnings", result.warnings().size());
        outputs.put("leftOut", leftOut(result));
        String of = count(result.sources().size(), "file") + " of the first API";
        if (dryRun()) {
            result.changed()
                    .forEach(file -> progress.info("Would write " + request.shown(file) + ":\n"
                            + result.texts().get(file)));
            return GoalOutcome.dryRun("Would write " + count(result.changed().size(), "file") + " for " + of, outputs);
        }
        result.changed().forEach(file -> progress.info("Wrote " + request.shown(file)));
        String left = result.warnings().isEmpty()
                ? ""
                : "; " + count(result.warnings().size(), "key") + " left out";
        return result.changed().isEmpty()
                ? GoalOutcome.upToDate(of + ": converted already" + left, outputs)
                : GoalOutcome.done(
                        count(result.changed().size(), "file") + " written for " + of + ", checked" + left, outputs);
    }

    /** What the parameters ask for. */
    ConversionRequest request() {
        String service = serviceName == null ? defaultService() : serviceName;
        return new ConversionRequest(
                files == null
                        ? List.of()
                        : files.stream()
                                .map(file -> projectDirectory().resolve(file.toPath()))
                                .toList(),
                inProject(directory),
                projectDirectory(),
                inProject(targetDirectory),
                new ServiceNames(service, model == null ? "azureml:" + service + "@latest" : model, compute),
                pluginCoordinates(),
                overwrite,
                dryRun());
    }

    /** Names of endpoints begin with a letter and have 32 characters at most, of which {@code -aci} or {@code -aks} needs four. */
    private String defaultService() {
        String name = project().getArtifactId().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        return name.substring(0, Math.min(name.length(), LONGEST_SERVICE)).replaceAll("^[^a-z]+|-+$", "");
    }

    private static List<Map<String, Object>> choices(ConversionResult result, ConversionRequest request) {
        return result.choices().stream()
                .map(choice -> {
                    Map<String, Object> one = new LinkedHashMap<>();
                    one.put("source", choice.source().toString());
                    one.put("file", request.shown(choice.file()));
                    one.put("key", choice.pointer());
                    one.put("choice", choice.text());
                    return one;
                })
                .toList();
    }

    private static List<Map<String, Object>> leftOut(ConversionResult result) {
        return result.warnings().stream()
                .map(warning -> {
                    Map<String, Object> one = new LinkedHashMap<>();
                    one.put("source", warning.location().toString());
                    one.put("message", warning.message());
                    return one;
                })
                .toList();
    }

    private static List<String> names(List<Path> files, ConversionRequest request) {
        return files.stream().map(request::shown).toList();
    }
}
