package io.github.amlmaven.emulator.container;

import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.Emulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Pushes the test server's image with Jib, as a build would. */
public final class ServerImages {

    private final Path folder;
    private final String authority;
    private final JsonNode credentials;
    private final PythonImages.Interpreter interpreter;

    public ServerImages(Emulator emulator, Path folder) throws Exception {
        this.folder = folder;
        this.authority = emulator.endpoints().authority();
        this.interpreter = PythonImages.interpreter();
        AzureClients azure = new AzureClients(emulator);
        String registry = "/subscriptions/" + emulator.options().subscriptionId()
                + "/resourceGroups/local/providers/Microsoft.ContainerRegistry/registries/acrlocal";
        azure.call(HttpMethod.PATCH, registry, "{\"properties\":{\"adminUserEnabled\":true}}");
        this.credentials =
                azure.call(HttpMethod.POST, registry + "/listCredentials", "").body();
    }

    public String user() {
        return credentials.path("username").asText();
    }

    public String password() {
        return credentials.path("passwords").path(0).path("value").asText();
    }

    /** @return the image's reference in the emulator's registry */
    public String push(String version) throws Exception {
        return push("server:" + version, Map.of(PythonImages.SERVER, PythonImages.server(version)));
    }

    /** An image with these files, by path and text, that starts the server script unless it is told otherwise. */
    public String push(String name, Map<String, String> files) throws Exception {
        FileEntriesLayer.Builder runtime = FileEntriesLayer.builder().setName("python");
        for (Map.Entry<String, Path> file : interpreter.files().entrySet()) {
            boolean program = file.getKey().contains("/bin/") || file.getKey().contains("/ld-");
            runtime.addEntry(
                    file.getValue(),
                    AbsoluteUnixPath.get(file.getKey()),
                    FilePermissions.fromOctalString(program ? "755" : "644"));
        }
        FileEntriesLayer.Builder code = FileEntriesLayer.builder().setName("code");
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path here = Files.createDirectories(folder.resolve(name.replace(':', '-')))
                    .resolve(file.getKey().replace('/', '_'));
            code.addEntry(Files.writeString(here, file.getValue()), AbsoluteUnixPath.get(file.getKey()));
        }
        String image = authority + "/" + name;
        Jib.fromScratch()
                .addFileEntriesLayer(runtime.build())
                .addFileEntriesLayer(code.build())
                .setEntrypoint(interpreter.python(), PythonImages.SERVER)
                .setWorkingDirectory(AbsoluteUnixPath.get("/app"))
                .setUser("65532:65532")
                .containerize(Containerizer.to(RegistryImage.named(image).addCredential(user(), password()))
                        .setAllowInsecureRegistries(true)
                        .setApplicationLayersCache(folder.resolve("jib-cache"))
                        .setBaseImageLayersCache(folder.resolve("jib-base-cache")));
        return image;
    }

    /** Where the image has its Python. */
    public String python() {
        return interpreter.python();
    }
}
