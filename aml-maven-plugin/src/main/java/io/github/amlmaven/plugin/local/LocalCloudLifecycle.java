package io.github.amlmaven.plugin.local;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.inject.Named;
import javax.inject.Singleton;
import org.apache.maven.AbstractMavenLifecycleParticipant;
import org.apache.maven.execution.MavenSession;

/**
 * Ends the emulators that were started inside the build when the session ends. Maven makes one for every build of a project
 * that has the extension, so it loads nothing until there is something to end.
 */
@Named("aml-local-cloud")
@Singleton
public final class LocalCloudLifecycle extends AbstractMavenLifecycleParticipant {

    /** In the session's data: what is to be closed at its end. The session outlives a realm's own singletons. */
    private static final Object OPEN = "io.github.amlmaven.plugin.local.open";

    @Override
    public void afterSessionEnd(MavenSession session) {
        for (AutoCloseable cloud : toClose(session)) {
            try {
                cloud.close();
            } catch (Exception e) {
                throw AmlException.of(ErrorCode.EMULATOR_FAILED, "the emulator could not be ended: " + e)
                        .cause(e)
                        .build();
            }
        }
    }

    @SuppressWarnings("unchecked") // The key is our own, and nothing else is stored under it.
    static Set<AutoCloseable> toClose(MavenSession session) {
        return (Set<AutoCloseable>)
                session.getRepositorySession().getData().computeIfAbsent(OPEN, ConcurrentHashMap::newKeySet);
    }
}
