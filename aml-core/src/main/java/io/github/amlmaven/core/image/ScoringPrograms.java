package io.github.amlmaven.core.image;

import io.github.amlmaven.core.python.BundledProgram;
import java.util.List;

/** The Python programs of scoring: the server in the image, and what checks a scoring script before it gets there. */
final class ScoringPrograms {

    static final BundledProgram SERVER = program("scoring_server.py");
    static final BundledProgram FUNCTIONS_HANDLER = program("functions_handler.py");
    static final BundledProgram CHECK = program("check_scoring_script.py");

    /** What lies in the image: the server and the modules that it imports. */
    static final List<BundledProgram> IN_IMAGE =
            List.of(SERVER, program("scoring_telemetry.py"), program("scoring_collector.py"), FUNCTIONS_HANDLER);

    private ScoringPrograms() {}

    private static BundledProgram program(String fileName) {
        return new BundledProgram(ScoringPrograms.class, fileName);
    }
}
