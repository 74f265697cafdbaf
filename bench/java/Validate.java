import io.github.amlmaven.core.request.ProjectCheck;
import io.github.amlmaven.core.spec.SpecCheck;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.nio.file.Path;
import java.util.List;

/** Checks a folder of YAML once, cold, and prints how many files and how many seconds. */
public final class Validate {

    private Validate() {}

    public static void main(String[] arguments) {
        long started = System.nanoTime();
        Path folder = Path.of(arguments[0]).toAbsolutePath();
        List<Path> files = SpecCheck.yamlFiles(folder);
        SpecReader reader = new SpecReader();
        new ProjectCheck(reader, new SpecCheck(reader)).check(files, folder);
        System.out.println(files.size() + " " + (System.nanoTime() - started) / 1e9);
    }
}
