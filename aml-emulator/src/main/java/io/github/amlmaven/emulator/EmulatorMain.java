package io.github.amlmaven.emulator;

import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The emulator as a process of its own: {@code java -jar aml-emulator.jar --home DIR}. */
public final class EmulatorMain {

    private EmulatorMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(usage());
            return;
        }
        EmulatorOptions options;
        try {
            options = parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(usage());
            System.exit(2);
            return;
        }
        run(options, System.out);
    }

    private static void run(EmulatorOptions options, PrintStream out) throws IOException, InterruptedException {
        CountDownLatch stop = new CountDownLatch(1);
        Emulator emulator = Emulator.start(options, stop::countDown);
        // SIGTERM and Ctrl-C end the JVM through this hook; POST /_emulator/stop ends it through the latch.
        Runtime.getRuntime().addShutdownHook(new Thread(emulator::close, "aml-emulator-shutdown"));
        out.println("AML emulator");
        out.println("  ARM, AML, registry, blob  " + emulator.endpoints().https());
        out.println("  scoring, admin            " + emulator.endpoints().http());
        out.println("  studio                    " + emulator.studio());
        out.println("  certificate               " + emulator.certificatePem());
        out.println("  workspace                 /subscriptions/" + options.subscriptionId() + "/resourceGroups/"
                + options.resourceGroup() + "/providers/Microsoft.MachineLearningServices/workspaces/"
                + options.workspace());
        out.flush();
        stop.await();
        emulator.close();
    }

    /** Not a constant: formatting it is a part of a start that a start does not need. */
    private static String usage() {
        return """
            Usage: java -jar aml-emulator.jar [options]
              --home DIR              where the state is kept (default: ~/.aml/emulator/<workspace>)
              --https-port PORT       default: the last one, else any free port
              --http-port PORT        default: the last one, else any free port
              --subscription ID       default: %s
              --resource-group NAME   default: %s
              --workspace NAME        default: %s
              --no-upstream           never pull base images from public registries
              --loose                 accept requests that the specification does not allow
              --help                  this text
            """.formatted(
                        EmulatorOptions.DEFAULT_SUBSCRIPTION,
                        EmulatorOptions.DEFAULT_RESOURCE_GROUP,
                        EmulatorOptions.DEFAULT_WORKSPACE);
    }

    static EmulatorOptions parse(String... arguments) {
        Deque<String> left = new ArrayDeque<>(List.of(arguments));
        String home = "";
        EmulatorOptions options = EmulatorOptions.in(Path.of(""));
        String subscription = options.subscriptionId();
        String group = options.resourceGroup();
        String workspace = options.workspace();
        int httpsPort = 0;
        int httpPort = 0;
        boolean strict = true;
        boolean upstream = true;
        while (!left.isEmpty()) {
            String option = left.remove();
            switch (option) {
                case "--home" -> home = value(option, left);
                case "--https-port" -> httpsPort = port(option, left);
                case "--http-port" -> httpPort = port(option, left);
                case "--subscription" -> subscription = value(option, left);
                case "--resource-group" -> group = value(option, left);
                case "--workspace" -> workspace = value(option, left);
                case "--no-upstream" -> upstream = false;
                case "--loose" -> strict = false;
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }
        Path folder = home.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".aml", "emulator", workspace)
                : Path.of(home);
        return new EmulatorOptions(
                folder.toAbsolutePath(), httpsPort, httpPort, subscription, group, workspace, strict, upstream);
    }

    private static String value(String option, Deque<String> left) {
        if (left.isEmpty()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return left.remove();
    }

    private static int port(String option, Deque<String> left) {
        String text = value(option, left);
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " needs a port number, not " + text, e);
        }
        throw new IllegalArgumentException(option + " needs a port number, not " + text);
    }
}
