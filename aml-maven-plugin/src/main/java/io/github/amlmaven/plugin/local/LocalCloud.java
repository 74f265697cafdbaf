package io.github.amlmaven.plugin.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.cloud.CloudEndpoints;
import io.github.amlmaven.core.cloud.ServicePrincipal;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.plugin.stop.WhenStopped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.inject.Inject;
import javax.inject.Named;
import javax.inject.Singleton;
import org.apache.maven.execution.MavenSession;
import org.codehaus.plexus.personality.plexus.lifecycle.phase.Disposable;

/**
 * The emulator as a cloud: finds one that runs, or starts one inside this build, and says where its services are. One
 * emulator a home is kept for the whole session, also when modules build in parallel, and ended with it.
 */
@Named
@Singleton
public final class LocalCloud implements AutoCloseable, Disposable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<Path, Emulator> embedded = new HashMap<>();
    private final Set<Path> switchedOff = new HashSet<>();
    private final WhenStopped whenStopped;
    private boolean closesAtExit;

    @Inject
    LocalCloud(WhenStopped whenStopped) {
        this.whenStopped = whenStopped;
    }

    /**
     * A local cloud to work with.
     *
     * @param endpoints its services
     * @param identity the application that may do everything in it
     * @param emulator how to reach the emulator itself
     */
    public record Connection(CloudEndpoints endpoints, ServicePrincipal identity, RunningEmulator emulator) {}

    /**
     * Connects to the emulator of {@code options.home()}, starting one in this JVM if none runs.
     *
     * @param session ends what is started here; offline, the emulator asks neither public registries nor the package index
     *     while this build uses it
     */
    public synchronized Connection connect(EmulatorOptions options, MavenSession session, Progress progress) {
        LocalCloudLifecycle.toClose(session).add(this);
        boolean online = !session.isOffline();
        Path home = options.home();
        Optional<RunningEmulator> running = RunningEmulator.in(home);
        if (running.isEmpty()) {
            start(options, progress);
            running = RunningEmulator.in(home);
        }
        RunningEmulator emulator = running.orElseThrow(() -> AmlException.of(
                        ErrorCode.EMULATOR_FAILED, "the emulator in " + home + " was started but does not answer")
                .build());
        if (emulator.online() != online) {
            emulator.switchTo(online);
            if (!online) {
                switchedOff.add(home);
                closeAtExit();
            }
        }
        return new Connection(endpoints(emulator), identity(emulator), emulator);
    }

    /** Whether there is an emulator to connect to, so that none has to be started. */
    public boolean isRunning(EmulatorOptions options) {
        return RunningEmulator.in(options.home()).isPresent();
    }

    private void start(EmulatorOptions options, Progress progress) {
        try {
            EmulatorLog.intoMaven();
            Emulator emulator = Emulator.start(options);
            closeAtExit();
            embedded.put(options.home(), emulator);
            progress.info("Emulator started for this build, state in " + options.home());
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.EMULATOR_FAILED, "cannot start the emulator: " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    /** For a build that is interrupted. */
    private void closeAtExit() {
        if (!closesAtExit) {
            closesAtExit = true;
            whenStopped.run(WhenStopped.Turn.END, this::close);
        }
    }

    private static CloudEndpoints endpoints(RunningEmulator emulator) {
        return new CloudEndpoints(
                CloudEndpoints.LOCAL,
                emulator.https(),
                emulator.https(),
                "https://management.azure.com",
                "https://ml.azure.com",
                emulator.https().getAuthority(),
                Optional.of(certificate(emulator.certificate())));
    }

    private static X509Certificate certificate(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (IOException | CertificateException e) {
            throw AmlException.of(ErrorCode.EMULATOR_FAILED, "cannot read the emulator's certificate " + pem + ": " + e)
                    .cause(e)
                    .build();
        }
    }

    private static ServicePrincipal identity(RunningEmulator emulator) {
        Path file = emulator.home().resolve("credentials.json");
        try {
            JsonNode credentials = JSON.readTree(file.toFile());
            return ServicePrincipal.withSecret(
                    emulator.tenantId(),
                    credentials.path("clientId").asText(),
                    credentials.path("clientSecret").asText());
        } catch (IOException e) {
            throw AmlException.of(
                            ErrorCode.EMULATOR_FAILED, "cannot read the emulator's " + file + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    /** At the container's end, for builds without the extension: before the realm with the emulator's classes is closed. */
    @Override
    public void dispose() {
        close();
    }

    /** Ends the emulators that this build has started, and gives the others back their network. */
    @Override
    public synchronized void close() {
        // The end of the cloud may come before the hook, and what its services must hear is said while they answer.
        whenStopped.now(WhenStopped.Turn.SERVICES);
        if (embedded.isEmpty() && switchedOff.isEmpty()) {
            return;
        }
        switchedOff.stream()
                .filter(home -> !embedded.containsKey(home))
                .flatMap(home -> RunningEmulator.in(home).stream())
                .forEach(emulator -> emulator.switchTo(true));
        switchedOff.clear();
        embedded.values().forEach(Emulator::close);
        embedded.clear();
    }
}
