package io.github.amlmaven.core.storage;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.common.Utility;
import com.azure.storage.common.policy.StorageContentValidationDecodingPolicy;
import com.azure.storage.common.policy.StorageContentValidationEncodingPolicy;
import io.github.amlmaven.core.content.Md5;
import java.util.stream.IntStream;

/**
 * Put Blob (https://learn.microsoft.com/rest/api/storageservices/put-blob) and Put Block
 * (https://learn.microsoft.com/rest/api/storageservices/put-block), the two requests of which an upload makes thousands.
 * They go through the pipeline of the SDK's own client, with its credential, retries and logging, on the caller's
 * thread: the SDK's methods for them change threads several times, which takes more CPU than the request itself.
 */
final class PutOperations {

    private static final HttpHeaderName VERSION = HttpHeaderName.fromString("x-ms-version");
    private static final HttpHeaderName BLOB_TYPE = HttpHeaderName.fromString("x-ms-blob-type");
    private static final HttpHeaderName BLOB_CONTENT_TYPE = HttpHeaderName.fromString("x-ms-blob-content-type");
    private static final int CREATED = 201;

    private final HttpPipeline pipeline;
    private final String container;
    private final String version;

    PutOperations(BlobContainerClient container) {
        this.container = container.getBlobContainerUrl();
        this.version = container.getServiceVersion().getVersion();
        this.pipeline = onCallersThread(container.getHttpPipeline());
    }

    /**
     * The two policies of content validation have no synchronous way, so that all behind them would change threads; they
     * act on requests that ask for it, and ours bring a checksum of their own.
     */
    private static HttpPipeline onCallersThread(HttpPipeline pipeline) {
        HttpPipelinePolicy[] policies = IntStream.range(0, pipeline.getPolicyCount())
                .mapToObj(pipeline::getPolicy)
                .filter(policy -> !(policy instanceof StorageContentValidationEncodingPolicy)
                        && !(policy instanceof StorageContentValidationDecodingPolicy))
                .toArray(HttpPipelinePolicy[]::new);
        return new HttpPipelineBuilder()
                .httpClient(pipeline.getHttpClient())
                .tracer(pipeline.getTracer())
                .policies(policies)
                .build();
    }

    /**
     * A whole blob.
     *
     * @param md5 of the bytes; the service checks it and keeps it
     * @param overwrite whether a blob of that name may be there
     * @throws BlobStorageException what the service said
     */
    void putBlob(String blob, byte[] bytes, byte[] md5, boolean overwrite) {
        HttpHeaders headers = new HttpHeaders()
                .set(BLOB_TYPE, "BlockBlob")
                .set(BLOB_CONTENT_TYPE, BlobUpload.CONTENT_TYPE)
                .set(HttpHeaderName.CONTENT_MD5, Md5.text(md5));
        if (!overwrite) {
            headers.set(HttpHeaderName.IF_NONE_MATCH, "*");
        }
        put(address(blob), bytes, headers);
    }

    /**
     * A block of a blob.
     *
     * @param id Base64, of the same length for all blocks of the blob
     * @param md5 of the bytes; the service checks it
     * @throws BlobStorageException what the service said
     */
    void putBlock(String blob, String id, byte[] bytes, byte[] md5) {
        put(
                address(blob) + "?comp=block&blockid=" + Utility.urlEncode(id),
                bytes,
                new HttpHeaders().set(HttpHeaderName.CONTENT_MD5, Md5.text(md5)));
    }

    private String address(String blob) {
        return container + "/" + Utility.urlEncode(blob);
    }

    private void put(String url, byte[] bytes, HttpHeaders headers) {
        headers.set(VERSION, version)
                .set(HttpHeaderName.ACCEPT, "application/xml")
                .set(HttpHeaderName.CONTENT_TYPE, BlobUpload.CONTENT_TYPE)
                .set(HttpHeaderName.CONTENT_LENGTH, Integer.toString(bytes.length));
        HttpRequest request = new HttpRequest(HttpMethod.PUT, url).setHeaders(headers);
        // Not by the setter of bytes, which copies them; as this the body is sent again as often as needed.
        request.setBody(BinaryData.fromBytes(bytes));
        try (HttpResponse answer = pipeline.sendSync(request, Context.NONE)) {
            if (answer.getStatusCode() != CREATED) {
                HttpResponse whole = answer.buffer();
                throw new BlobStorageException(
                        "Status code " + whole.getStatusCode() + ", "
                                + whole.getBodyAsBinaryData().toString(),
                        whole,
                        null);
            }
        }
    }
}
