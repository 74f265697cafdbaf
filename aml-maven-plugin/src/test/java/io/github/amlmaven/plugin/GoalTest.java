package io.github.amlmaven.plugin;

import static org.mockito.Mockito.when;

import com.azure.core.http.HttpClient;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.cloud.CloudEndpoints;
import io.github.amlmaven.core.cloud.WorkspaceId;
import io.github.amlmaven.core.progress.Progress;
import java.nio.file.Path;
import java.util.Properties;
import javax.inject.Inject;
import org.apache.maven.execution.MavenSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** A goal as its POM configures it: the POM around the configuration, a session, and clients that send nothing. */
abstract class GoalTest {

    static final String HEAD =
            "<project><build><plugins><plugin><artifactId>aml-maven-plugin</artifactId><configuration>";
    static final String TAIL = "</configuration></plugin></plugins></build></project>";

    static final HttpClient NO_NETWORK = request -> Mono.error(new AssertionError("sent " + request.getUrl()));

    /** What is given on the command line. */
    final Properties given = new Properties();

    @Inject
    MavenSession session;

    @TempDir
    Path directory;

    @BeforeEach
    void sessionInAFolderOfItsOwn() {
        when(session.getUserProperties()).thenReturn(given);
        when(session.getSystemProperties()).thenReturn(new Properties());
        when(session.getExecutionRootDirectory()).thenReturn(directory.toString());
    }

    static AzureClients clients() {
        return new AzureClients(
                CloudEndpoints.AZURE,
                scopes -> Mono.error(new AssertionError("asked for a token")),
                new WorkspaceId("s1", "g1", "w1"),
                Progress.NONE,
                NO_NETWORK);
    }
}
