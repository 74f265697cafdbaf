package io.github.amlmaven.plugin.local;

import javax.inject.Named;
import javax.inject.Singleton;
import org.apache.maven.AbstractMavenLifecycleParticipant;
import org.apache.maven.execution.MavenSession;

/** Ends the emulators that were started inside the build when the session ends. */
@Named("aml-local-cloud")
@Singleton
public final class LocalCloudLifecycle extends AbstractMavenLifecycleParticipant {

    @Override
    public void afterSessionEnd(MavenSession session) {
        LocalCloud.closeAll(session);
    }
}
