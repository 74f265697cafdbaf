package io.github.amlmaven.core.python;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Runs a project's Python tests with pytest and leaves their report where Maven's other tools look for one. */
public final class PythonTests {

    /** pytest's exit code when there was nothing to run. */
    private static final int NO_TESTS = 5;

    private final Progress progress;

    public PythonTests(Progress progress) {
        this.progress = progress;
    }

    /**
     * What to test.
     *
     * @param interpreter makes the virtual environment
     * @param environmentCache folder of virtual environments
     * @param requirements what the code under test needs; pytest is added
     * @param sitePackages distributions that are taken from a Python of this machine where a requirement asks for them
     * @param testDirectory holds the tests
     * @param sourceDirectory put on the module search path
     * @param workingDirectory the project
     * @param report the JUnit XML file to write
     * @param arguments passed to pytest as they are
     * @param limit after which the tests are ended
     * @param offline whether the packages must be in the cache already
     */
    public record Request(
            PythonInterpreter interpreter,
            Path environmentCache,
            List<String> requirements,
            List<String> sitePackages,
            Path testDirectory,
            Path sourceDirectory,
            Path workingDirectory,
            Path report,
            List<String> arguments,
            Duration limit,
            boolean offline) {

        public Request {
            requirements = List.copyOf(requirements);
            sitePackages = List.copyOf(sitePackages);
            arguments = List.copyOf(arguments);
        }

        /** Without the credentials that an index's address may have. */
        @Override
        public String toString() {
            return "Request[interpreter=" + interpreter + ", requirements="
                    + IndexCredentials.masked(requirements.toString()) + ", testDirectory=" + testDirectory
                    + ", sourceDirectory=" + sourceDirectory + ", report=" + report + ", arguments=" + arguments + "]";
        }
    }

    /** How many tests ran, were skipped, or went wrong. */
    public record Result(int tests, int failures, int errors, int skipped) {

        /** In Surefire's words. */
        public String sentence() {
            return String.format(
                    Locale.ROOT,
                    "Tests run: %d, Failures: %d, Errors: %d, Skipped: %d",
                    tests,
                    failures,
                    errors,
                    skipped);
        }
    }

    /**
     * Runs the tests.
     *
     * @throws AmlException {@link ErrorCode#PYTHON_TESTS_FAILED} when a test failed or none was found
     */
    public Result run(Request request) {
        List<String> requirements = new ArrayList<>(request.requirements());
        if (requirements.stream()
                .noneMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("pytest"))) {
            requirements.add("pytest");
        }
        VirtualEnvironment environment = VirtualEnvironment.with(
                SitePackages.find(request.sitePackages(), requirements, request.interpreter()),
                request.environmentCache(),
                requirements,
                request.offline(),
                progress);
        ProcessOutput output = environment
                .run(command(request))
                .directory(request.workingDirectory())
                .environment("PYTHONPATH", request.sourceDirectory() + File.pathSeparator + request.testDirectory())
                .limit(request.limit())
                .onLine(progress::remoteLog)
                .run();
        if (output.exitCode() == NO_TESTS) {
            throw AmlException.of(ErrorCode.PYTHON_TESTS_FAILED, "pytest found no test in " + request.testDirectory())
                    .remedy("Name test files test_*.py, or skip with -DskipTests.")
                    .build();
        }
        if (!Files.isRegularFile(request.report())) {
            throw AmlException.of(
                            ErrorCode.PYTHON_TESTS_FAILED,
                            "pytest ended with exit code " + output.exitCode() + ":\n  "
                                    + String.join("\n  ", output.tail(10)))
                    .build();
        }
        Result result = read(request.report());
        if (output.exitCode() != 0) {
            throw AmlException.of(ErrorCode.PYTHON_TESTS_FAILED, result.sentence())
                    .remedy("See the lines above and " + request.report())
                    .build();
        }
        return result;
    }

    private static List<String> command(Request request) {
        try {
            Files.createDirectories(request.report().getParent());
            Files.deleteIfExists(request.report());
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot write " + request.report() + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
        List<String> command = new ArrayList<>(List.of(
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "--junitxml=" + request.report(),
                request.testDirectory().toString()));
        command.addAll(request.arguments());
        return command;
    }

    private static Result read(Path report) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            NodeList suites =
                    factory.newDocumentBuilder().parse(report.toFile()).getElementsByTagName("testsuite");
            int[] sums = new int[4];
            for (int i = 0; i < suites.getLength(); i++) {
                Element suite = (Element) suites.item(i);
                sums[0] += Integer.parseInt(suite.getAttribute("tests"));
                sums[1] += Integer.parseInt(suite.getAttribute("failures"));
                sums[2] += Integer.parseInt(suite.getAttribute("errors"));
                sums[3] += Integer.parseInt(suite.getAttribute("skipped"));
            }
            return new Result(sums[0], sums[1], sums[2], sums[3]);
        } catch (ParserConfigurationException | SAXException | IOException | NumberFormatException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot read pytest's report " + report + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }
}
