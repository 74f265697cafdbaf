package io.github.amlmaven.emulator.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.containers.containerregistry.ContainerRegistryClient;
import com.azure.containers.containerregistry.ContainerRegistryClientBuilder;
import com.azure.containers.containerregistry.ContainerRegistryContentClient;
import com.azure.containers.containerregistry.ContainerRegistryContentClientBuilder;
import com.azure.containers.containerregistry.models.ContainerRegistryAudience;
import com.azure.containers.containerregistry.models.ManifestMediaType;
import com.azure.containers.containerregistry.models.OciDescriptor;
import com.azure.containers.containerregistry.models.OciImageManifest;
import com.azure.containers.containerregistry.models.SetManifestOptions;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.exception.ResourceNotFoundException;
import com.azure.core.http.HttpMethod;
import com.azure.core.management.exception.ManagementException;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.resourcemanager.containerregistry.ContainerRegistryManager;
import com.azure.resourcemanager.containerregistry.models.ImportImageParameters;
import com.azure.resourcemanager.containerregistry.models.ImportMode;
import com.azure.resourcemanager.containerregistry.models.ImportSource;
import com.azure.resourcemanager.containerregistry.models.ImportSourceCredentials;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.AzureClients.Answer;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Witnesses: azure-containers-containerregistry, azure-resourcemanager-containerregistry, jib-core. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegistryTest {

    private final Emulator emulator;
    private final AzureClients azure;
    private final String group;
    private final Path home;

    RegistryTest(@TempDir Path home) throws Exception {
        this.home = home;
        emulator = Emulator.start(EmulatorOptions.in(home));
        azure = new AzureClients(emulator);
        group = "/subscriptions/" + emulator.options().subscriptionId()
                + "/resourceGroups/local/providers/Microsoft.ContainerRegistry/registries/";
    }

    @AfterAll
    void stop() {
        emulator.close();
    }

    private ContainerRegistryContentClient content(String repository) {
        return new ContainerRegistryContentClientBuilder()
                .endpoint(emulator.endpoints().https().toString())
                .credential(azure.credential())
                .audience(ContainerRegistryAudience.AZURE_RESOURCE_MANAGER_PUBLIC_CLOUD)
                .httpClient(azure.http())
                .repositoryName(repository)
                .buildClient();
    }

    private ContainerRegistryClient registry() {
        return new ContainerRegistryClientBuilder()
                .endpoint(emulator.endpoints().https().toString())
                .credential(azure.credential())
                .audience(ContainerRegistryAudience.AZURE_RESOURCE_MANAGER_PUBLIC_CLOUD)
                .httpClient(azure.http())
                .buildClient();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(11).nextBytes(bytes);
        return bytes;
    }

    /** Pushes an image of one layer; returns its digest. */
    private String push(String repository, String tag, byte[] layer) {
        ContainerRegistryContentClient client = content(repository);
        String layerDigest = client.uploadBlob(BinaryData.fromBytes(layer)).getDigest();
        BinaryData config = BinaryData.fromString("{\"architecture\":\"amd64\",\"os\":\"linux\"}");
        String configDigest = client.uploadBlob(config).getDigest();
        OciImageManifest manifest = new OciImageManifest()
                .setSchemaVersion(2)
                .setConfiguration(new OciDescriptor()
                        .setMediaType("application/vnd.oci.image.config.v1+json")
                        .setDigest(configDigest)
                        .setSizeInBytes((long) config.toBytes().length))
                .setLayers(List.of(new OciDescriptor()
                        .setMediaType("application/vnd.oci.image.layer.v1.tar")
                        .setDigest(layerDigest)
                        .setSizeInBytes((long) layer.length)));
        return client.setManifest(manifest, tag).getDigest();
    }

    @Test
    void blobsInChunksManifestsTagsAndCatalogOfMicrosoftsClient() {
        byte[] layer = random(9 << 20);
        String digest = push("wine/kmeans", "1", layer);
        push("wine/kmeans", "2", layer);
        ContainerRegistryContentClient client = content("wine/kmeans");

        assertThat(client.getManifest("1").getDigest()).isEqualTo(digest);
        String layerDigest = client.getManifest("1")
                .getManifest()
                .toObject(OciImageManifest.class)
                .getLayers()
                .get(0)
                .getDigest();
        ByteArrayOutputStream back = new ByteArrayOutputStream();
        client.downloadStream(layerDigest, Channels.newChannel(back));
        assertThat(back.toByteArray()).isEqualTo(layer);
        assertThat(registry().listRepositoryNames()).contains("wine/kmeans");
        assertThat(registry().getArtifact("wine/kmeans", digest).listTagProperties())
                .extracting(tag -> tag.getName())
                .containsExactly("1", "2");
        assertThat(registry().getRepository("wine/kmeans").listManifestProperties())
                .singleElement()
                .satisfies(manifest -> {
                    assertThat(manifest.getDigest()).isEqualTo(digest);
                    assertThat(manifest.getTags()).containsExactly("1", "2");
                });
    }

    @Test
    void aDeletedManifestIsGoneWithItsTags() {
        String digest = push("gone", "1", random(10));
        content("gone").deleteManifest(digest);

        assertThatThrownBy(() -> content("gone").getManifest("1")).isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void aManifestWhoseBlobsAreMissingIsRefused() {
        BinaryData manifest = BinaryData.fromString(
                "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:" + "0".repeat(64) + "\"},\"layers\":[]}");

        SetManifestOptions options = new SetManifestOptions(manifest, ManifestMediaType.OCI_IMAGE_MANIFEST).setTag("1");

        assertThatThrownBy(() -> content("bad").setManifestWithResponse(options, Context.NONE))
                .isInstanceOfSatisfying(
                        HttpResponseException.class,
                        e -> assertThat(e.getResponse().getStatusCode()).isEqualTo(400));
    }

    private JibContainer jib(Path layer, String password) throws Exception {
        String image = emulator.endpoints().authority() + "/jib/app:1";
        return Jib.fromScratch()
                .addLayer(List.of(layer), AbsoluteUnixPath.get("/model"))
                .containerize(Containerizer.to(RegistryImage.named(image).addCredential("acrlocal", password))
                        .setAllowInsecureRegistries(true)
                        .setApplicationLayersCache(home.resolve("jib-app"))
                        .setBaseImageLayersCache(home.resolve("jib-base")));
    }

    @Test
    void jibPushesAnImageAndTheSecondTimeNoBlob() throws Exception {
        String password = admin("acrlocal");
        Path layer = Files.write(home.resolve("model.bin"), random(3 << 20));
        String first = jib(layer, password).getDigest().toString();
        long uploads = uploads();

        assertThat(uploads).isPositive();
        assertThat(jib(layer, password).getDigest().toString()).isEqualTo(first);
        assertThat(uploads()).isEqualTo(uploads);
        String image = emulator.endpoints().authority() + "/jib/app:1";
        JibContainer derived = Jib.from(RegistryImage.named(image).addCredential("acrlocal", password))
                .containerize(
                        Containerizer.to(RegistryImage.named(image + "-derived").addCredential("acrlocal", password))
                                .setAllowInsecureRegistries(true)
                                .setApplicationLayersCache(home.resolve("jib-app"))
                                .setBaseImageLayersCache(home.resolve("jib-base2")));
        assertThat(derived.getDigest()).isNotNull();
    }

    private long uploads() {
        return emulator.requests().entries().stream()
                .filter(entry -> entry.path().contains("/jib/app/blobs/uploads"))
                .filter(entry ->
                        entry.method().equals("PATCH") || entry.method().equals("PUT"))
                .count();
    }

    /** Switches the admin user on; returns its password. */
    private String admin(String name) {
        azure.call(HttpMethod.PATCH, group + name, "{\"properties\":{\"adminUserEnabled\":true}}");
        return azure.call(HttpMethod.POST, group + name + "/listCredentials", "")
                .body()
                .at("/passwords/0/value")
                .asText();
    }

    private String create(String name) {
        Answer answer =
                azure.call(HttpMethod.PUT, group + name, "{\"location\":\"westeurope\",\"sku\":{\"name\":\"Basic\"}}");
        assertThat(answer.status()).isEqualTo(201);
        return answer.body().at("/properties/loginServer").asText();
    }

    private ContainerRegistryManager manager() {
        return ContainerRegistryManager.configure()
                .withHttpClient(azure.http())
                .authenticate(azure.credential(), azure.profile());
    }

    private void importImage(String target, ImportImageParameters parameters) {
        manager().serviceClient().getRegistries().importImage("local", target, parameters);
    }

    @Test
    void anImageIsImportedByTagAndByDigestAndATagIsNotReplacedWithoutForce() throws Exception {
        String server = create("target1");
        String digest = push("source/app", "1", random(1000));
        ImportSource byTag =
                new ImportSource().withResourceId(group + "acrlocal").withSourceImage("source/app:1");
        ImportImageParameters parameters =
                new ImportImageParameters().withSource(byTag).withTargetTags(List.of("prod/app:1"));
        importImage("target1", parameters);

        assertThat(server)
                .startsWith("localhost:")
                .isNotEqualTo(emulator.endpoints().authority());
        assertThatThrownBy(() -> importImage("target1", parameters))
                .isInstanceOfSatisfying(
                        ManagementException.class,
                        e -> assertThat(e.getResponse().getStatusCode()).isEqualTo(409));
        importImage("target1", parameters.withMode(ImportMode.FORCE));
        importImage(
                "target1",
                new ImportImageParameters()
                        .withSource(new ImportSource()
                                .withResourceId(group + "acrlocal")
                                .withSourceImage("source/app@" + digest))
                        .withUntaggedTargetRepositories(List.of("untagged")));
        RemoteRegistry target = new RemoteRegistry(
                server, "target1", admin("target1"), java.time.Duration.ofSeconds(5), java.time.Duration.ofSeconds(5));
        assertThat(target.manifest("prod/app", "1").orElseThrow().digest()).isEqualTo(digest);
        assertThat(target.manifest("untagged", digest)).isPresent();
    }

    @Test
    void anImageIsImportedFromARegistryElsewhereWithCredentials(@TempDir Path other) throws Exception {
        create("target2");
        String digest = push("far/app", "1", random(2000));
        String password = admin("acrlocal");
        try (Emulator second = Emulator.start(EmulatorOptions.in(other))) {
            AzureClients clients = new AzureClients(second);
            ContainerRegistryManager manager = ContainerRegistryManager.configure()
                    .withHttpClient(clients.http())
                    .authenticate(clients.credential(), clients.profile());
            ImportSource source = new ImportSource()
                    .withRegistryUri(emulator.endpoints().authority())
                    .withCredentials(new ImportSourceCredentials()
                            .withUsername("acrlocal")
                            .withPassword(password))
                    .withSourceImage("far/app:1");
            manager.serviceClient()
                    .getRegistries()
                    .importImage(
                            "local",
                            "acrlocal",
                            new ImportImageParameters().withSource(source).withTargetTags(List.of("near/app:1")));
            ContainerRegistryContentClient near = new ContainerRegistryContentClientBuilder()
                    .endpoint(second.endpoints().https().toString())
                    .credential(clients.credential())
                    .audience(ContainerRegistryAudience.AZURE_RESOURCE_MANAGER_PUBLIC_CLOUD)
                    .httpClient(clients.http())
                    .repositoryName("near/app")
                    .buildClient();

            assertThat(near.getManifest("1").getDigest()).isEqualTo(digest);
        }
    }

    @Test
    void theAdminUserIsOffUntilItIsSwitchedOn() {
        create("closed1");
        Answer refused = azure.call(HttpMethod.POST, group + "closed1/listCredentials", "");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().at("/error/code").asText()).isEqualTo("UnAuthorizedForCredentialOperations");
        assertThat(admin("closed1")).isNotEmpty();
    }

    @Test
    void aBaseImageComesThroughTheCache(@TempDir Path other) throws Exception {
        String digest = push("library/python", "3.12", random(3000));
        azure.call(HttpMethod.PATCH, group + "acrlocal", "{\"properties\":{\"anonymousPullEnabled\":true}}");
        Files.createDirectories(other);
        Files.writeString(
                other.resolve("upstreams.properties"),
                "docker.io=" + emulator.endpoints().https() + "\n");
        try (Emulator second = Emulator.start(EmulatorOptions.in(other))) {
            AzureClients clients = new AzureClients(second);
            String password = password(clients, second);
            RemoteRegistry cache = new RemoteRegistry(
                    second.endpoints().authority(),
                    "acrlocal",
                    password,
                    java.time.Duration.ofSeconds(5),
                    java.time.Duration.ofSeconds(10));
            ImageSource.Fetched manifest =
                    cache.manifest("cache/docker.io/library/python", "3.12").orElseThrow();
            String layer = manifest.bytes().json().at("/layers/0/digest").asText();

            assertThat(manifest.digest()).isEqualTo(digest);
            assertThat(cache.blob("cache/docker.io/library/python", layer).readAllBytes())
                    .isEqualTo(random(3000));

            assertThat(post(second, "/_emulator/offline")).isEqualTo(204);
            assertThat(cache.manifest("cache/docker.io/library/python", "3.12")).isPresent();
            assertThat(cache.manifest("cache/docker.io/library/other", "1")).isEmpty();
            assertThat(emulator.requests().entries())
                    .noneMatch(request -> request.path().contains("library/other"));
        }
    }

    private static int post(Emulator emulator, String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                emulator.endpoints().http().resolve(path).toURL().openConnection();
        connection.setRequestMethod("POST");
        return connection.getResponseCode();
    }

    private String password(AzureClients clients, Emulator of) {
        String id = "/subscriptions/" + of.options().subscriptionId()
                + "/resourceGroups/local/providers/Microsoft.ContainerRegistry/registries/acrlocal";
        clients.call(HttpMethod.PATCH, id, "{\"properties\":{\"adminUserEnabled\":true}}");
        return clients.call(HttpMethod.POST, id + "/listCredentials", "")
                .body()
                .at("/passwords/0/value")
                .asText();
    }
}
