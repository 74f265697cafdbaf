package io.github.amlmaven.emulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.admin.AdminProvider;
import io.github.amlmaven.emulator.admin.FaultProvider;
import io.github.amlmaven.emulator.appservice.AppServiceProvider;
import io.github.amlmaven.emulator.arm.ArmGuard;
import io.github.amlmaven.emulator.arm.DurableOperations;
import io.github.amlmaven.emulator.arm.PlainResourceProvider;
import io.github.amlmaven.emulator.arm.ResourceGroupProvider;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.arm.SubscriptionProvider;
import io.github.amlmaven.emulator.authorization.AuthorizationProvider;
import io.github.amlmaven.emulator.authorization.RoleAssignments;
import io.github.amlmaven.emulator.collector.DataCollector;
import io.github.amlmaven.emulator.container.LocalContainerRuntime;
import io.github.amlmaven.emulator.containerinstance.ContainerInstanceProvider;
import io.github.amlmaven.emulator.function.HostStorage;
import io.github.amlmaven.emulator.http.FaultRules;
import io.github.amlmaven.emulator.http.Listeners;
import io.github.amlmaven.emulator.http.RequestLog;
import io.github.amlmaven.emulator.http.RouteTable;
import io.github.amlmaven.emulator.identity.BootstrapCredentials;
import io.github.amlmaven.emulator.identity.IdentityProvider;
import io.github.amlmaven.emulator.identity.TokenAuthority;
import io.github.amlmaven.emulator.inference.EndpointKeys;
import io.github.amlmaven.emulator.inference.FrontEnd;
import io.github.amlmaven.emulator.inference.OnlineDeployments;
import io.github.amlmaven.emulator.job.JobProvider;
import io.github.amlmaven.emulator.job.data.BlobFolders;
import io.github.amlmaven.emulator.job.data.DataLocations;
import io.github.amlmaven.emulator.job.environment.EnvironmentCache;
import io.github.amlmaven.emulator.kubernetes.KubernetesProvider;
import io.github.amlmaven.emulator.machinelearning.MachineLearningProvider;
import io.github.amlmaven.emulator.mlflow.MlflowProvider;
import io.github.amlmaven.emulator.monitor.AutoscaleProvider;
import io.github.amlmaven.emulator.monitor.MetricsProvider;
import io.github.amlmaven.emulator.monitor.RequestMetrics;
import io.github.amlmaven.emulator.registry.RegistryProvider;
import io.github.amlmaven.emulator.registry.Upstreams;
import io.github.amlmaven.emulator.runhistory.RunHistoryProvider;
import io.github.amlmaven.emulator.schedule.ScheduleProvider;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.EmulatorContext.Endpoints;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.emulator.service.MovableClock;
import io.github.amlmaven.emulator.service.Outbound;
import io.github.amlmaven.emulator.service.Provider;
import io.github.amlmaven.emulator.sourcecontrol.AzureDevOpsProvider;
import io.github.amlmaven.emulator.sourcecontrol.GitHubProvider;
import io.github.amlmaven.emulator.storage.BlobProvider;
import io.github.amlmaven.emulator.storage.Blobs;
import io.github.amlmaven.emulator.storage.Queues;
import io.github.amlmaven.emulator.storage.StorageAccountProvider;
import io.github.amlmaven.emulator.store.DocumentStore;
import io.github.amlmaven.emulator.studio.StudioProvider;
import io.github.amlmaven.emulator.template.TemplateProvider;
import io.github.amlmaven.emulator.tls.OwnerOnlyFile;
import io.github.amlmaven.emulator.tls.ServerCertificate;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running emulator. State stays in its home; closing it and starting again there goes on where it was. */
public final class Emulator implements AutoCloseable {

    private final EmulatorContext context;
    private final Beside<ServerCertificate> certificate;
    private final Listeners listeners;
    private final RequestLog requests;
    private final List<Provider> providers = new ArrayList<>();
    private final FaultRules faults;
    private final BootstrapCredentials credentials;
    private final Descriptor descriptor;
    private final RouteTable routes;
    private final LocalContainerRuntime containers;
    private int queuePort;
    private boolean closed;

    private Emulator(EmulatorOptions options, Floor floor, Runnable stop) throws IOException {
        DocumentStore store = floor.store();
        MovableClock clock = floor.clock();
        this.routes = floor.routes();
        this.certificate = floor.certificate();
        this.requests = floor.requests();
        this.faults = floor.faults();
        this.listeners = floor.listeners();
        this.context = new EmulatorContext(
                store,
                OwnerOnlyFile.directories(options.home().resolve("files")),
                clock,
                floor.executor(),
                listen(options, store),
                options,
                new Outbound(options.upstream()));
        this.descriptor = new Descriptor(context, ServerCertificate.pem(options.home()));

        this.credentials = BootstrapCredentials.in(options.home());
        TokenAuthority tokens =
                new TokenAuthority(() -> Floor.ready(certificate).keys(), clock);
        ResourceStore resources = new ResourceStore(store);
        DurableOperations operations = new DurableOperations(context, resources);
        floor.guards().add(new ArmGuard(context, tokens, resources));

        providers.add(new AdminProvider(context, clock, requests, stop));
        providers.add(new FaultProvider(faults));
        providers.add(new StudioProvider());
        providers.add(new IdentityProvider(tokens, credentials, clock, options));
        providers.add(operations);
        providers.add(new SubscriptionProvider(context));
        providers.add(new ResourceGroupProvider(context, resources, operations));
        providers.add(new PlainResourceProvider(resources));
        RoleAssignments assignments = new RoleAssignments(resources);
        IdentityRoles roles = new IdentityRoles(resources, assignments);
        providers.add(new AuthorizationProvider(assignments, clock));

        Blobs blobs = new Blobs(store, context.files().resolve("storage"), clock);
        Queues queues = new Queues(store, clock);
        StorageAccountProvider accounts =
                new StorageAccountProvider(context, resources, blobs, URI.create("https://localhost:" + queuePort));
        providers.add(accounts);
        providers.add(new BlobProvider(context, blobs, queues, tokens, queuePort));
        RegistryProvider registry = new RegistryProvider(
                context,
                resources,
                operations,
                tokens,
                wanted -> listeners.open(true, wanted),
                Upstreams.in(options.home()));
        providers.add(registry);

        containers = new LocalContainerRuntime(context.files().resolve("container"), registry.images());
        EnvironmentCache environments =
                new EnvironmentCache(EnvironmentCache.folder(options.home()), context.outbound()::online);
        EndpointKeys keys = new EndpointKeys(store);
        DataCollector collector = new DataCollector(context, resources, blobs);
        OnlineDeployments deployments =
                new OnlineDeployments(context, resources, blobs, environments, containers, collector);
        RequestMetrics metrics = new RequestMetrics(store, clock, context.executor());
        providers.add(new FrontEnd(context, resources, deployments, keys, tokens, metrics, collector));
        providers.add(new MetricsProvider(resources, metrics));
        BlobContent content =
                new BlobContent(new DataLocations(resources, context.endpoints().authority()), new BlobFolders(blobs));
        MachineLearningProvider machineLearning = new MachineLearningProvider(
                context, resources, operations, tokens, blobs, accounts::ensure, content, keys, deployments);
        providers.add(machineLearning);
        providers.add(new AutoscaleProvider(resources, clock, metrics, machineLearning::scale));
        providers.add(new TemplateProvider(
                context, resources, operations, new TemplateResources(resources, accounts, registry, machineLearning)));
        JobProvider jobs = new JobProvider(context, resources, operations, tokens, blobs, environments);
        providers.add(jobs);
        providers.add(new AzureDevOpsProvider(context));
        providers.add(new GitHubProvider(context));
        providers.add(new ScheduleProvider(context, clock, resources, operations, jobs::submit));
        providers.add(new RunHistoryProvider(context, resources, jobs.runs(), jobs.access()));
        providers.add(new MlflowProvider(context, resources, jobs.runs(), jobs.access(), blobs));

        PullPermission pulls = new PullPermission(registry, roles);
        providers.add(new ContainerInstanceProvider(context, resources, operations, containers, pulls));
        providers.add(new AppServiceProvider(
                context,
                resources,
                operations,
                containers,
                containers::files,
                new HostStorage(queues, blobs, new StoragePermission(resources, roles)),
                pulls::allowsSite));
        KubernetesProvider kubernetes = new KubernetesProvider(
                context, resources, operations, containers, ServerCertificate.pem(options.home()));
        providers.add(kubernetes);

        Beside<RouteTable> declared = Beside.begin(context.executor(), () -> {
            providers.forEach(provider -> provider.declare(routes));
            return routes;
        });
        store.together(new DefaultContent(context, resources, accounts, registry, machineLearning, kubernetes)::create);
        declared.get();
        store.together(() -> providers.forEach(Provider::resume));
    }

    /**
     * Starts an emulator in this JVM, on daemon threads.
     *
     * @throws IOException when the home cannot be used, for example because another emulator uses it
     */
    public static Emulator start(EmulatorOptions options) throws IOException {
        return start(options, () -> {});
    }

    /** @param stop what {@code POST /_emulator/stop} does */
    static Emulator start(EmulatorOptions options, Runnable stop) throws IOException {
        EarlyLoading.begin();
        OwnerOnlyFile.directories(options.home());
        Floor floor = Floor.open(options.home());
        try {
            Emulator emulator = new Emulator(options, floor, stop);
            floor.certificate().get();
            emulator.listeners.start();
            emulator.descriptor.write();
            return emulator;
        } catch (IOException | RuntimeException e) {
            floor.close();
            throw e;
        }
    }

    public Endpoints endpoints() {
        return context.endpoints();
    }

    /** The self-signed certificate of the HTTPS listener, for a client's trust store. */
    public X509Certificate certificate() {
        return Floor.ready(certificate).certificate();
    }

    /** The same as PEM file. */
    public Path certificatePem() {
        return ServerCertificate.pem(home());
    }

    public Path home() {
        return context.options().home();
    }

    public EmulatorOptions options() {
        return context.options();
    }

    /** The service principal that may sign in; also in {@code credentials.json} of the home. */
    public String clientId() {
        return credentials.clientId();
    }

    /** Its secret; must not be logged. */
    public String clientSecret() {
        return credentials.clientSecret();
    }

    /** What clients may ask for. */
    public List<RouteTable.Operation> operations() {
        return routes.operations();
    }

    /** What clients asked for. */
    public RequestLog requests() {
        return requests;
    }

    /** What goes wrong on purpose, for tests of clients. */
    public FaultRules faults() {
        return faults;
    }

    /** Where a person looks at it with a browser. */
    public URI studio() {
        return endpoints().http().resolve("/studio/");
    }

    /** Stops listening, ends processes, closes the store. Doing it twice does nothing more. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        descriptor.delete();
        listeners.close();
        for (int i = providers.size() - 1; i >= 0; i--) {
            providers.get(i).close();
        }
        containers.close();
        // Not shutdownNow: a thread that is interrupted while it writes closes the store's file for all.
        context.executor().shutdown();
        awaitWork();
        context.store().close();
    }

    /** Gives interrupted work a moment to write down where it was. */
    private void awaitWork() {
        try {
            if (!context.executor().awaitTermination(2, TimeUnit.SECONDS)) {
                // Not a field: a start need not wait for the JDK's logging.
                System.getLogger(Emulator.class.getName())
                        .log(Level.DEBUG, "work goes on after the emulator was closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes the ports asked for, else those of the last start, else free ones, and remembers them. */
    private Endpoints listen(EmulatorOptions options, DocumentStore store) throws IOException {
        ObjectNode ports = store.get("emulator", "ports").orElseGet(JsonNodeFactory.instance::objectNode);
        int https = listen(ports, "https", options.httpsPort(), store);
        int http = listen(ports, "http", options.httpPort(), store);
        queuePort = listen(ports, "queue", 0, store);
        store.put("emulator", "ports", ports);
        return new Endpoints(URI.create("https://localhost:" + https), URI.create("http://localhost:" + http));
    }

    private int listen(ObjectNode ports, String scheme, int asked, DocumentStore store) throws IOException {
        int last = ports.path(scheme).asInt();
        int port = listeners.open(!scheme.equals("http"), wanted(asked, last));
        if (asked != 0 && port != asked) {
            throw new IOException("port " + asked + " is taken; give another one, or none for any free port");
        }
        if (last != 0 && port != last) {
            new MovedPorts(store).follow(last, port);
        }
        ports.put(scheme, port);
        return port;
    }

    private static int wanted(int asked, int last) {
        return asked != 0 ? asked : last;
    }
}
