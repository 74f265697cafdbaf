package bench;

import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugins.annotations.Mojo;

/** Does nothing. */
@Mojo(name = "nothing", requiresProject = false, threadSafe = true)
public final class NothingMojo extends AbstractMojo {
    @Override
    public void execute() {
        getLog().info("nothing");
    }
}
