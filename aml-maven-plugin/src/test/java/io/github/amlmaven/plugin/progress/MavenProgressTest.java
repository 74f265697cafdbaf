package io.github.amlmaven.plugin.progress;

import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import java.util.HashSet;
import java.util.Set;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.logging.Log;
import org.junit.jupiter.api.Test;

class MavenProgressTest {

    @Test
    void aWarningAboutAFileIsSaidByTheFirstGoalThatReadsIt() {
        Log log = mock(Log.class);
        Set<String> warned = new HashSet<>();

        for (String goal : new String[] {"validate", "run"}) {
            try (MavenProgress progress = MavenProgress.of(log, "plain", mock(MavenSession.class), warned)) {
                progress.warnOnce("train.yml:3:1  hardly meant");
                progress.warn("said by " + goal);
            }
        }

        verify(log, times(1)).warn("train.yml:3:1  hardly meant");
        verify(log, times(1)).warn("said by validate");
        verify(log, times(1)).warn("said by run");
        verify(log, never()).info("train.yml:3:1  hardly meant");
    }
}
