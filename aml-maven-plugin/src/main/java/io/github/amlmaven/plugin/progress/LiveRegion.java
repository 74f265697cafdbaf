package io.github.amlmaven.plugin.progress;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The last lines of an interactive terminal, drawn in place while log lines scroll by above them. Written to the terminal
 * itself, because Maven's log puts a level in front of each line.
 */
final class LiveRegion {

    /** A line that wraps would count as two; terminals of less than 80 columns are rare. */
    private static final int WIDTH = 79;

    private final PrintStream terminal;
    private int drawn;
    private List<String> lines = List.of();

    LiveRegion(PrintStream terminal) {
        this.terminal = terminal;
    }

    static LiveRegion ofTerminal() {
        return new LiveRegion(new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8));
    }

    /** Whether standard output is a terminal that can move its cursor. */
    @SuppressWarnings("SystemConsoleNull") // isTerminal() below asks what null no longer tells from JDK 22 on
    static boolean possible() {
        Console console = System.console();
        String term = System.getenv("TERM");
        return console != null && isTerminal(console) && term != null && !term.equals("dumb");
    }

    /** From JDK 22 on there is a console without a terminal, and a method that tells. */
    private static boolean isTerminal(Console console) {
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException older) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException unexpected) {
            return false;
        }
    }

    /** Shows these lines from now on. */
    synchronized void show(List<String> shown) {
        erase();
        lines = List.copyOf(shown);
        draw();
    }

    /** Lets something else write to the terminal. */
    synchronized void above(Runnable writing) {
        erase();
        writing.run();
        draw();
    }

    private void erase() {
        if (drawn > 0) {
            terminal.print("\u001B[" + drawn + "A\r\u001B[J");
            terminal.flush();
            drawn = 0;
        }
    }

    private void draw() {
        for (String line : lines) {
            terminal.print((line.length() > WIDTH ? line.substring(0, WIDTH) : line) + "\n");
        }
        terminal.flush();
        drawn = lines.size();
    }
}
