package io.github.amlmaven.emulator.function;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.storage.BlobStore.BlobItem;
import io.github.amlmaven.emulator.storage.QueueStore.QueueMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks for new and changed blobs. Each is put into a queue of the host's own, from which it is handled, at most five times;
 * a receipt per ETag in container {@code azure-webjobs-hosts} keeps it from being handled again
 * (<a href="https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-blob-trigger">blob trigger</a>).
 */
final class BlobScan implements Listener {

    /** Where blobs go that cannot be handled. */
    static final String POISON = "webjobs-blobtrigger-poison";

    private static final String RECEIPTS = "azure-webjobs-hosts";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern NAME = Pattern.compile("\\{([A-Za-z][A-Za-z0-9_]*)}");

    private final FunctionDefinition function;
    private final Invocations invocations;
    private final String hostId;
    private final String account;
    private final String container;
    private final Pattern pattern;
    private final List<String> names = new ArrayList<>();
    /** Names and ETags that have a receipt, so that the receipts are read once. */
    private final Set<String> known = new HashSet<>();

    BlobScan(FunctionDefinition function, Invocations invocations, String hostId) throws FunctionProgram.Unusable {
        this.function = function;
        this.invocations = invocations;
        this.hostId = hostId;
        this.account = invocations.account(function.trigger());
        String path = function.trigger().path("path").asText();
        int slash = path.indexOf('/');
        this.container = slash < 0 ? path : path.substring(0, slash);
        this.pattern = pattern(slash < 0 ? "{name}" : path.substring(slash + 1));
        String root = receipts();
        for (BlobItem receipt : invocations.storage().blobs().list(account, RECEIPTS, root)) {
            known.add(receipt.name().substring(root.length()));
        }
    }

    private Pattern pattern(String path) {
        StringBuilder text = new StringBuilder();
        Matcher found = NAME.matcher(path);
        int from = 0;
        while (found.find()) {
            text.append(Pattern.quote(path.substring(from, found.start()))).append("(.+)");
            names.add(found.group(1));
            from = found.end();
        }
        return Pattern.compile(text.append(Pattern.quote(path.substring(from))).toString());
    }

    String account() {
        return account;
    }

    /** The host's own queue of blobs to handle. */
    String queue() {
        return "azure-webjobs-blobtrigger-" + hostId;
    }

    private String receipts() {
        return "blobreceipts/" + hostId + "/Host.Functions." + function.name() + "/";
    }

    @Override
    public boolean poll() throws IOException {
        boolean any = false;
        for (BlobItem blob : invocations.storage().blobs().list(account, container, "")) {
            String receipt = blob.etag() + "/" + container + "/" + blob.name();
            if (!pattern.matcher(blob.name()).matches() || !known.add(receipt)) {
                continue;
            }
            any = true;
            ObjectNode message = FunctionProgram.object()
                    .put("Type", "BlobTrigger")
                    .put("FunctionId", "Host.Functions." + function.name())
                    .put("BlobType", "BlockBlob")
                    .put("ContainerName", container)
                    .put("BlobName", blob.name())
                    .put("ETag", blob.etag());
            invocations.storage().queues().put(account, queue(), message.toString());
            // After the message: a kill in between makes the blob be handled twice, and never not at all.
            invocations.storage().blobs().createContainer(account, RECEIPTS);
            invocations.storage().blobs().put(account, RECEIPTS, receipts() + receipt, new byte[0]);
        }
        return any;
    }

    /** Runs the function on the blob that a message of {@link #queue} names. */
    boolean handle(QueueMessage message) {
        try {
            JsonNode about = JSON.readTree(message.text());
            String name = about.path("BlobName").asText();
            Matcher match = pattern.matcher(name);
            if (!match.matches()) {
                return true;
            }
            Map<String, String> values = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                values.put(names.get(i), match.group(i + 1));
            }
            byte[] content;
            try (InputStream in = invocations.storage().blobs().open(account, container, name)) {
                content = in.readAllBytes();
            }
            return invocations.run(
                    function,
                    "New blob detected(LogsAndContainerScan): " + container + "/" + name,
                    data(content),
                    metadata(name),
                    values);
        } catch (NoSuchFileException e) {
            // Deleted meanwhile: there is nothing to do.
            return true;
        } catch (JsonProcessingException e) {
            invocations.log("A message of " + queue() + " is no JSON: " + e.getOriginalMessage());
            return false;
        } catch (IOException e) {
            invocations.log("A blob cannot be read: " + e);
            return false;
        }
    }

    private JsonNode data(byte[] content) {
        return function.trigger().path("dataType").asText().equalsIgnoreCase("string")
                ? Invocations.text(new String(content, java.nio.charset.StandardCharsets.UTF_8))
                : BinaryNode.valueOf(content);
    }

    /** What the handler is told about the blob beside its content. */
    private ObjectNode metadata(String name) {
        ObjectNode metadata = FunctionProgram.object();
        metadata.set("Uri", Invocations.text("https://" + account + ".blob.localhost/" + container + "/" + name));
        metadata.putObject("Properties");
        metadata.putObject("Metadata");
        return metadata;
    }
}
