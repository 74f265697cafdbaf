package io.github.amlmaven.emulator.job.run;

import java.nio.file.Path;

/**
 * A job's folder on this machine.
 *
 * @param root under the emulator's {@code files/job}
 */
record JobFolder(Path root) {

    /** The name of the user's log, in the folder and in run history. */
    static final String USER_LOG = "user_logs/std_log.txt";

    /** The name of the environment's build log. */
    static final String BUILD_LOG = "azureml-logs/20_image_build_log.txt";

    /** Working directory of the command: a copy of the code. */
    Path code() {
        return root.resolve("wd");
    }

    /** The folder of a node; the first node's is this one. Inputs and outputs are mounted once for all. */
    JobFolder node(int number) {
        return number == 0 ? this : new JobFolder(root.resolve("nodes").resolve(Integer.toString(number)));
    }

    /** Where the common runtime mounts inputs, each as {@code INPUT_name}. */
    Path inputs() {
        return root.resolve("cap/data-capability/wd");
    }

    Path input(String name) {
        return inputs().resolve("INPUT_" + name);
    }

    Path output(String name) {
        return root.resolve("cap/outputs").resolve(name);
    }

    Path userLog() {
        return root.resolve(USER_LOG);
    }

    Path buildLog() {
        return root.resolve(BUILD_LOG);
    }
}
