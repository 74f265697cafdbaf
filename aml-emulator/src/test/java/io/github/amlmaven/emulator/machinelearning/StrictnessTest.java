package io.github.amlmaven.emulator.machinelearning;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.AzureClients.Answer;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Azure refuses is refused here, in its words, over the wire. */
class StrictnessTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COMMAND = "{'properties':{'jobType':'Command','command':'true','environmentId':'e'}}";

    @TempDir
    static Path home;

    private static Emulator emulator;
    private static AzureClients azure;

    @BeforeAll
    static void start() throws Exception {
        emulator = Emulator.start(EmulatorOptions.in(home));
        azure = new AzureClients(emulator);
    }

    @AfterAll
    static void stop() {
        emulator.close();
    }

    /** A good body of each type of resource, a property of its own that is required, and one that only the service sets. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/models/m/versions/1       | {'properties':{'modelUri':'u'}} | properties | provisioningState",
                "/environments/e/versions/1 | {'properties':{'image':'i'}} | properties | provisioningState",
                "/components/c/versions/1   | {'properties':{'componentSpec':{}}} | properties | provisioningState",
                "/codes/c/versions/1        | {'properties':{'codeUri':'u'}} | properties | provisioningState",
                "/jobs/j                    | " + COMMAND + " | jobType | status",
                "/computes/c1               | {'location':'w','properties':{'computeType':'AmlCompute'}} | computeType | provisioningState",
                "/datastores/d              | {'properties':{'datastoreType':'AzureBlob','accountName':'a','containerName':'c','credentials':{'credentialsType':'None'}}} | datastoreType | isDefault",
                "/onlineEndpoints/e         | {'location':'w','properties':{'authMode':'Key'}} | authMode | scoringUri",
                "/batchEndpoints/e          | {'location':'w','properties':{'authMode':'AADToken'}} | authMode | swaggerUri",
                "/connections/c             | {'properties':{'authType':'None','category':'Git','target':'t'}} | authType | group",
                "/schedules/s               | {'properties':{'trigger':{'triggerType':'Cron','expression':'* * * * *'},'action':{'actionType':'CreateJob','jobDefinition':{'jobType':'Pipeline'}}}} | action | provisioningState"
            })
    void everyTypeOfResourceRefusesWhatItsSpecificationDoesNotAllow(
            String path, String good, String required, String readOnly) throws Exception {
        ObjectNode unknown = object(good);
        unknown.withObject("/properties").put("trafic", 1);
        ObjectNode written = object(good);
        written.withObject("/properties").put(readOnly, "x");
        ObjectNode missing = object(good);
        missing.remove("properties");
        ObjectNode without = object(good);
        without.withObject("/properties").remove(required);
        ObjectNode wrong = object(good);
        wrong.withObject("/properties").put("properties", "text").put("description", 7);
        ObjectNode list = object(good);
        list.putArray("properties");

        refused(path, unknown, "Could not find member 'trafic' on object of type");
        refused(
                path,
                written,
                "Property '" + readOnly + "' is read-only and cannot be set. Path 'properties." + readOnly);
        refused(path, missing, "Required property 'properties' not found in JSON.");
        if (!required.equals("properties")) {
            refused(path, without, "Required property '" + required + "' not found in JSON. Path 'properties'.");
        }
        refused(path, list, "Error converting value array to type");
        refused(path, wrong, path.startsWith("/connections") ? "Could not find member" : "Error converting value");
    }

    @Test
    void aValueThatAnEnumerationLacksIsNamedWithItsPlace() throws Exception {
        refused(
                "/onlineEndpoints/e",
                object("{'location':'w','properties':{'authMode':'Password'}}"),
                "Error converting value \"Password\" to type 'EndpointAuthMode'. Path 'properties.authMode'.");
    }

    @Test
    void textThatIsNoJsonIsRefusedWithItsPlace() {
        Answer answer = send("application/json", "2025-12-01", "{\"properties\":{,}}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(code(answer)).isEqualTo("InvalidRequestContent");
        assertThat(message(answer)).contains("could not be deserialized").contains("line 1, position ");
    }

    @Test
    void onlyJsonIsTaken() {
        Answer answer = send("text/plain", "2025-12-01", "{}");

        assertThat(answer.status()).isEqualTo(415);
        assertThat(code(answer)).isEqualTo("UnsupportedMediaType");
        assertThat(message(answer))
                .isEqualTo(
                        "The content media type 'text/plain' is not supported. Only 'application/json' is supported.");
    }

    @ParameterizedTest
    @CsvSource({
        "'', MissingApiVersionParameter",
        "newest, InvalidApiVersionParameter",
        "1999-01-01, NoRegisteredProviderFound",
        "2999-01-01-preview, NoRegisteredProviderFound"
    })
    void aVersionThatCannotExistIsRefused(String version, String code) {
        Answer answer = send("application/json", version, "{}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(code(answer)).isEqualTo(code);
    }

    @Test
    void aLooseEmulatorTakesWhatAStrictOneRefuses(@TempDir Path other) throws Exception {
        EmulatorOptions given = EmulatorOptions.in(other);
        EmulatorOptions loose = new EmulatorOptions(
                other, 0, 0, given.subscriptionId(), given.resourceGroup(), given.workspace(), false, false);
        try (Emulator unchecked = Emulator.start(loose)) {
            AzureClients clients = new AzureClients(unchecked);

            assertThat(clients.call(
                                    HttpMethod.PUT,
                                    clients.workspace() + "/models/m/versions/1",
                                    "{\"properties\":{\"modelUri\":\"u\",\"trafic\":1,\"provisioningState\":\"x\"}}")
                            .status())
                    .isEqualTo(201);
        }
    }

    private static void refused(String path, ObjectNode body, String message) {
        Answer answer = azure.call(HttpMethod.PUT, azure.workspace() + path.strip(), body.toString());

        assertThat(answer.status()).as("%s %s: %s", path, body, answer.body()).isEqualTo(400);
        assertThat(code(answer)).isEqualTo("InvalidRequestContent");
        assertThat(message(answer)).contains(message);
    }

    private static Answer send(String contentType, String version, String body) {
        HttpRequest request = new HttpRequest(
                        HttpMethod.PUT,
                        emulator.endpoints().https() + azure.workspace() + "/models/m/versions/1?api-version="
                                + version)
                .setHeader(
                        HttpHeaderName.AUTHORIZATION, "Bearer " + azure.token("https://management.azure.com/.default"))
                .setBody(body);
        // After the body, which brings a type of its own.
        request.setHeader(HttpHeaderName.CONTENT_TYPE, contentType);
        return azure.send(request);
    }

    private static String code(Answer answer) {
        return answer.body().path("error").path("code").asText();
    }

    private static String message(Answer answer) {
        return answer.body().path("error").path("message").asText();
    }

    private static ObjectNode object(String quoted) throws Exception {
        return (ObjectNode) JSON.readTree(quoted.replace('\'', '"'));
    }
}
