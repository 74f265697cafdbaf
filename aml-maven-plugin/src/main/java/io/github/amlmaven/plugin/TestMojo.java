package io.github.amlmaven.plugin;

import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.image.python.PythonRequirements;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.python.PassedTests;
import io.github.amlmaven.core.python.PythonInterpreter;
import io.github.amlmaven.core.python.PythonTests;
import io.github.amlmaven.plugin.config.TimeLimit;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.io.File;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Runs the project's Python tests with pytest, in a virtual environment that holds the packages of the project's
 * environment. The environment is made once and kept; reports are written in Surefire's format and place.
 */
@Mojo(name = "test", defaultPhase = LifecyclePhase.TEST, threadSafe = true)
public final class TestMojo extends AbstractAmlMojo {

    /** Skips the Python tests, as Maven's own tests are skipped. */
    @Parameter(property = "skipTests", defaultValue = "false")
    private boolean skipTests;

    /** Holds the tests, {@code test_*.py}. Without the folder there is nothing to test. */
    @Parameter(property = "aml.test.directory", defaultValue = "${project.basedir}/src/test/python")
    private File testDirectory;

    /** Put on Python's module search path. */
    @Parameter(property = "aml.test.sourceDirectory", defaultValue = "${project.basedir}/src/main/python")
    private File sourceDirectory;

    /**
     * What the code under test needs: an AML environment, a conda file or a {@code requirements.txt}. Not needed when the
     * file is missing and the tests use Python's own library only; pytest itself is always added.
     */
    @Parameter(property = "aml.test.dependencies", defaultValue = "${project.basedir}/src/main/aml/environment.yml")
    private File dependencies;

    /** Further arguments for pytest, for example {@code -k training}. */
    @Parameter(property = "aml.test.arguments")
    private @Nullable List<String> arguments;

    /** Where the report is written. */
    @Parameter(property = "aml.test.reportsDirectory", defaultValue = "${project.build.directory}/surefire-reports")
    private File reportsDirectory;

    /** The Python interpreter to use, 3.10 or later. Default: the first suitable one on the path. */
    @Parameter(property = "aml.python")
    private @Nullable File python;

    /**
     * Distributions, by their names on PyPI, that are not installed by pip but taken as they are from the first Python on the
     * path that has them: {@code torch}, which brings gigabytes of GPU libraries from PyPI, and none as Debian's {@code
     * python3-torch}. Default: the environment variable {@code AML_SITE_PACKAGES}, which the emulator's jobs heed too.
     */
    @Parameter(property = "aml.sitePackages", defaultValue = "${env.AML_SITE_PACKAGES}")
    private @Nullable List<String> sitePackages;

    /** Where virtual environments are kept for all projects of this user. */
    @Parameter(property = "aml.cache", defaultValue = "${user.home}/.aml/cache")
    private File cacheDirectory;

    /** After this time the tests are ended: {@code 90s}, {@code 30m}, {@code 2h}. */
    @Parameter(property = "aml.test.timeout", defaultValue = "30m")
    private String timeout;

    /**
     * Whether tests that passed are left alone until something changes that they may depend on: a file in {@code src} or in
     * their folders, a source or a setting beside the POM, a package, the interpreter, an argument. Set it to {@code false} for tests that depend on more.
     */
    @Parameter(property = "aml.test.skipUnchanged", defaultValue = "true")
    private boolean skipUnchanged;

    @Override
    protected GoalOutcome run(Progress progress) {
        if (skipTests) {
            return GoalOutcome.upToDate("Python tests are skipped (skipTests)", Map.of());
        }
        if (!testDirectory.isDirectory()) {
            return GoalOutcome.upToDate("No Python tests: " + testDirectory + " does not exist", Map.of());
        }
        PythonInterpreter interpreter =
                PythonInterpreter.find(Optional.ofNullable(python).map(File::toPath));
        PythonTests.Request request = request(interpreter);
        String fingerprint =
                PassedTests.fingerprint(request, StampIndex.inCache(cacheDirectory.toPath(), false, progress));
        if (skipUnchanged) {
            Optional<PythonTests.Result> passed =
                    PassedTests.unchanged(outputDirectory().resolve("test.json"), fingerprint, request.report());
            if (passed.isPresent()) {
                return GoalOutcome.upToDate(
                        "Nothing has changed since the Python tests passed; they were not run again ("
                                + passed.get().sentence() + ")",
                        outputs(passed.get(), fingerprint));
            }
        }
        PythonTests.Result result = new PythonTests(progress).run(request);
        return GoalOutcome.done(result.sentence(), outputs(result, fingerprint));
    }

    private static Map<String, Object> outputs(PythonTests.Result result, String fingerprint) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("tests", result.tests());
        outputs.put("skipped", result.skipped());
        outputs.put("fingerprint", fingerprint);
        return outputs;
    }

    /** What the parameters ask for. */
    PythonTests.Request request(PythonInterpreter interpreter) {
        return new PythonTests.Request(
                interpreter,
                cacheDirectory.toPath().resolve("environments"),
                requirements(),
                sitePackages == null ? List.of() : sitePackages,
                inProject(testDirectory),
                inProject(sourceDirectory),
                projectDirectory(),
                inProject(reportsDirectory).resolve("TEST-pytest.xml"),
                arguments == null ? List.of() : arguments,
                TimeLimit.of("aml.test.timeout", timeout),
                offline());
    }

    private List<String> requirements() {
        if (!dependencies.isFile()) {
            return List.of();
        }
        PythonRequirements read = PythonRequirements.read(inProject(dependencies), projectDirectory());
        List<String> all = new ArrayList<>(read.options());
        all.addAll(read.requirements());
        return all;
    }
}
