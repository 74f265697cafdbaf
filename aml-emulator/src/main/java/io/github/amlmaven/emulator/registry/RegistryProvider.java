package io.github.amlmaven.emulator.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.Operations;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.identity.TokenAuthority;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/** Container registries: ARM resource, distribution API, ACR's token service and catalog, import, pull-through. */
public final class RegistryProvider implements Provider {

    public static final String TYPE = RegistryResources.TYPE;

    private static final Logger LOG = System.getLogger(RegistryProvider.class.getName());

    private final EmulatorContext context;
    private final Registries registries;
    private final Repositories repositories;
    private final Uploads uploads;
    private final PullThrough pullThrough;
    private final RegistryAccess access;
    private final RegistryResources resources;
    private final OAuthEndpoint oauth;

    /**
     * @param openHttps opens an HTTPS port on loopback, the given one when it is free, and returns its number
     * @param upstreams where base images come from
     */
    public RegistryProvider(
            EmulatorContext context,
            ResourceStore resources,
            Operations operations,
            TokenAuthority authority,
            IntUnaryOperator openHttps,
            Upstreams upstreams) {
        this.context = context;
        this.registries = new Registries(context, resources, openHttps);
        ContentStore content = new ContentStore(context.files().resolve("registry"));
        this.repositories = new Repositories(context.store(), content, context.clock());
        this.uploads = new Uploads(context.store(), content);
        this.pullThrough = new PullThrough(repositories, upstreams, context.outbound()::pulls, context.clock());
        RegistryTokens tokens = new RegistryTokens(context.store(), context.clock());
        this.access = new RegistryAccess(registries, tokens);
        this.oauth = new OAuthEndpoint(registries, access, tokens, authority);
        this.resources = new RegistryResources(context, resources, operations, registries, repositories);
    }

    @Override
    public void declare(Routes routes) {
        resources.declare(routes);
        oauth.declare(routes);
        new BlobEndpoint(repositories, uploads, access, pullThrough).declare(routes);
        new ManifestEndpoint(repositories, access, pullThrough).declare(routes);
        new CatalogEndpoint(repositories, registries, access).declare(routes);
    }

    /** Opens the registries' own ports, and removes content that nothing names any more. */
    @Override
    public void resume() {
        registries.open();
        Instant started = Instant.now();
        context.executor().execute(() -> {
            try {
                repositories.content().sweep(repositories.linked(), uploads.ids(), started);
            } catch (IOException | UncheckedIOException e) {
                LOG.log(Level.WARNING, "cannot remove unused registry content", e);
            }
        });
    }

    /** Images for those who run them. */
    public ImageStore images() {
        return new StoredImages(registries, repositories, pullThrough);
    }

    /**
     * Whether a service that runs images may pull from a registry with these: the admin user's password or a refresh
     * token. Public registries elsewhere ask nobody.
     *
     * @param nameOrAuthority a registry's name, Azure login server or loopback authority
     * @param user empty for nobody
     */
    public boolean mayPull(String nameOrAuthority, String user, String password) {
        return registries
                .resolve(nameOrAuthority)
                .map(registry -> registries.anonymousPull(registry)
                        || access.accepts(registry, new RegistryAccess.Basic(user, password)))
                .orElse(!nameOrAuthority.endsWith(".azurecr.io"));
    }

    /** The ARM resource of a registry; empty for one that is not emulated. */
    public Optional<ResourceId> resource(String nameOrAuthority) {
        return registries.resolve(nameOrAuthority).map(Registries.Registry::id);
    }

    /**
     * Makes a registry when it does not exist.
     *
     * @param main whether it answers on the emulator's main port: the workspace's own
     * @return the ARM resource
     */
    public ObjectNode ensure(ResourceId id, String location, boolean main) {
        return resources.ensure(id, location, main);
    }
}
