import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Starts the published pipeline '@endpoint@'. Java 11 or later, no library.
 *
 * <pre>java InvokePipeline.java [--version VERSION] [name=value ...]</pre>
 *
 * Signs in as a service principal when AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET are set, else with the
 * managed identity of the machine (AZURE_CLIENT_ID then names a user-assigned one).
 */
public final class InvokePipeline {

    private static final String URL = "@url@";
    private static final String RESOURCE = "@audience@";
    private static final String AUTHORITY = "@authority@";
    /** What each input takes; Literal is a plain value, the others a URI. */
    private static final Map<String, String> TYPES = types("@types.words@");

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();

    private InvokePipeline() {}

    public static void main(String[] arguments) throws InterruptedException {
        List<String> given = new ArrayList<>(List.of(arguments));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(URL));
        if (given.size() > 1 && given.get(0).equals("--version")) {
            request.header("azureml-model-deployment", deployment(given.get(1)));
            given = given.subList(2, given.size());
        }
        String inputs = given.stream().map(InvokePipeline::input).collect(Collectors.joining(","));
        String body = "{\"properties\":{" + (inputs.isEmpty() ? "" : "\"inputData\":{" + inputs + "}") + "}}";
        String answer = ask(request.header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + text(token(), "access_token"))
                .POST(BodyPublishers.ofString(body)));
        System.out.println(text(answer, "name"));
    }

    /** The deployment of a version, as aml:publish-pipeline names it. */
    private static String deployment(String version) {
        String plain = ("v" + version).replaceAll("[^A-Za-z0-9]+", "-").replaceAll("-+$", "");
        String cut = plain.length() > 32 ? plain.substring(0, 32) : plain;
        return cut.length() < 3 ? "version-" + cut.substring(1) : cut;
    }

    private static String token() throws InterruptedException {
        String secret = System.getenv("AZURE_CLIENT_SECRET");
        String client = System.getenv("AZURE_CLIENT_ID");
        Map<String, String> fields = new LinkedHashMap<>();
        if (secret != null && !secret.isEmpty()) {
            fields.put("grant_type", "client_credentials");
            fields.put("client_id", client);
            fields.put("client_secret", secret);
            fields.put("scope", RESOURCE + "/.default");
            String host = withoutSlash(variable("AZURE_AUTHORITY_HOST", AUTHORITY));
            return ask(HttpRequest.newBuilder(
                            URI.create(host + "/" + System.getenv("AZURE_TENANT_ID") + "/oauth2/v2.0/token"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString(form(fields))));
        }
        fields.put("resource", RESOURCE);
        if (client != null && !client.isEmpty()) {
            fields.put("client_id", client);
        }
        String endpoint = System.getenv("IDENTITY_ENDPOINT");
        if (endpoint != null) {
            fields.put("api-version", "2019-08-01");
            return ask(HttpRequest.newBuilder(URI.create(endpoint + "?" + form(fields)))
                    .header("X-IDENTITY-HEADER", System.getenv("IDENTITY_HEADER")));
        }
        fields.put("api-version", "2018-02-01");
        String host = withoutSlash(variable("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://169.254.169.254"));
        return ask(HttpRequest.newBuilder(URI.create(host + "/metadata/identity/oauth2/token?" + form(fields)))
                .header("Metadata", "true"));
    }

    private static String ask(HttpRequest.Builder builder) throws InterruptedException {
        HttpRequest request = builder.timeout(Duration.ofSeconds(100)).build();
        HttpResponse<String> response;
        try {
            response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException failure) {
            System.err.println(request.uri().getHost() + ": " + failure);
            System.exit(1);
            throw new IllegalStateException(failure);
        }
        if (response.statusCode() >= 300) {
            System.err.println(request.uri().getHost() + ": HTTP " + response.statusCode() + ": " + response.body());
            System.exit(1);
        }
        return response.body();
    }

    private static String input(String pair) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String type = TYPES.get(name);
        if (equals < 0 || type == null) {
            System.err.println("'" + pair + "' is no input; give name=value with one of: " + TYPES.keySet());
            System.exit(1);
        }
        String key = "Literal".equals(type) ? "value" : "uri";
        return "\"" + name + "\":{\"jobInputType\":\"" + type + "\",\"" + key + "\":\""
                + json(pair.substring(equals + 1)) + "\"}";
    }

    private static String json(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t");
    }

    private static String text(String json, String key) {
        Matcher found = Pattern.compile("\"" + key + "\"\\s*:\\s*\"([^\"]*)\"").matcher(json);
        if (!found.find()) {
            throw new IllegalStateException("The answer has no '" + key + "'");
        }
        return found.group(1);
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static Map<String, String> types(String words) {
        Map<String, String> types = new LinkedHashMap<>();
        for (String word : words.split(" ")) {
            if (!word.isEmpty()) {
                types.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
            }
        }
        return types;
    }

    private static String variable(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    private static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }
}
