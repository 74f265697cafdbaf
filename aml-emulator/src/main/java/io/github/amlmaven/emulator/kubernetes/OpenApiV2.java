package io.github.amlmaven.emulator.kubernetes;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * As much of {@code /openapi/v2} as kubectl before 1.27 needs to know that a kind takes server-side dry runs: for each kind a
 * {@code patch} with the parameter {@code dryRun}. As protocol buffers, the only form that it asks for; field numbers are those of
 * {@code openapi/v2} in github.com/google/gnostic-models (OpenAPIv2.proto).
 */
final class OpenApiV2 {

    static final String MEDIA_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private static final int LENGTH_DELIMITED = 2;

    private OpenApiV2() {}

    static byte[] document(List<ApiResource> resources) {
        byte[][] paths = resources.stream()
                .map(resource -> field(2, text(1, path(resource)), field(2, field(8, patch(resource)))))
                .toArray(byte[][]::new);
        return joined(
                text(1, "2.0"), field(2, text(1, "Kubernetes"), text(2, "v" + Discovery.VERSION)), field(8, paths));
    }

    private static String path(ApiResource resource) {
        return (resource.group().isEmpty() ? "/api/" : "/apis/") + resource.apiVersion()
                + (resource.namespaced() ? "/namespaces/{namespace}/" : "/") + resource.plural() + "/{name}";
    }

    /** An Operation: parameters are 8, extensions 13. */
    private static byte[] patch(ApiResource resource) {
        String kind = "group: \"" + resource.group() + "\"\nkind: " + resource.kind() + "\nversion: "
                + resource.version() + "\n";
        return joined(
                query("dryRun"),
                query("fieldManager"),
                query("force"),
                field(13, text(1, "x-kubernetes-group-version-kind"), field(2, text(2, kind))));
    }

    /** ParametersItem.parameter.non_body_parameter.query_parameter_sub_schema */
    private static byte[] query(String name) {
        byte[] schema = joined(text(2, "query"), text(4, name), text(6, "string"));
        return field(8, field(1, field(2, field(3, schema))));
    }

    private static byte[] text(int number, String value) {
        return field(number, value.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] field(int number, byte[]... parts) {
        byte[] content = joined(parts);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        varint(out, (number << 3) | LENGTH_DELIMITED);
        varint(out, content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static void varint(ByteArrayOutputStream out, int value) {
        int left = value;
        while (left >= 0x80) {
            out.write((left & 0x7f) | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }
}
