package io.github.amlmaven.emulator.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.HttpMethod;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.util.Context;
import com.azure.storage.common.StorageSharedKeyCredential;
import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.QueueServiceClient;
import com.azure.storage.queue.QueueServiceClientBuilder;
import com.azure.storage.queue.models.PeekedMessageItem;
import com.azure.storage.queue.models.QueueItem;
import com.azure.storage.queue.models.QueueMessageItem;
import com.azure.storage.queue.models.QueueStorageException;
import com.azure.storage.queue.models.SendMessageResult;
import com.azure.storage.queue.models.UpdateMessageResult;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Witness: azure-storage-queue. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueueServiceTest {

    private final Emulator emulator;
    private final AzureClients azure;
    private final String endpoint;
    private final QueueServiceClient owner;

    QueueServiceTest(@TempDir Path home) throws Exception {
        emulator = Emulator.start(EmulatorOptions.in(home));
        azure = new AzureClients(emulator);
        String account = "/subscriptions/" + emulator.options().subscriptionId()
                + "/resourceGroups/local/providers/Microsoft.Storage/storageAccounts/stlocal";
        JsonNode shown = azure.call(HttpMethod.GET, account + "?api-version=2024-01-01", "")
                .body();
        endpoint = shown.at("/properties/primaryEndpoints/queue").asText();
        JsonNode keys = azure.call(HttpMethod.POST, account + "/listKeys?api-version=2024-01-01", "")
                .body();
        owner = client().credential(new StorageSharedKeyCredential(
                        "stlocal", keys.at("/keys/0/value").asText()))
                .buildClient();
    }

    private QueueServiceClientBuilder client() {
        return new QueueServiceClientBuilder()
                .endpoint(endpoint)
                .httpClient(azure.http())
                .retryOptions(new RetryOptions(new FixedDelayOptions(0, Duration.ofMillis(1))));
    }

    @AfterAll
    void stop() {
        emulator.close();
    }

    @Test
    void aMessageIsHiddenFromOthersUntilItIsDeletedByWhoHasTakenItLast() {
        QueueClient queue = owner.createQueue("work");
        SendMessageResult sent = queue.sendMessage("{\"data\": [1, \"<&>\"]}");
        queue.sendMessage("second");

        assertThat(queue.peekMessage().getBody().toString()).isEqualTo("{\"data\": [1, \"<&>\"]}");
        QueueMessageItem taken = queue.receiveMessage();
        assertThat(taken.getMessageId()).isEqualTo(sent.getMessageId());
        assertThat(taken.getDequeueCount()).isEqualTo(1);
        assertThat(queue.receiveMessages(32).stream().map(item -> item.getBody().toString()))
                .containsExactly("second");

        UpdateMessageResult back =
                queue.updateMessage(taken.getMessageId(), taken.getPopReceipt(), "changed", Duration.ZERO);
        QueueMessageItem again = queue.receiveMessage();
        assertThat(again.getBody().toString()).isEqualTo("changed");
        assertThat(again.getDequeueCount()).isEqualTo(2);
        assertThatThrownBy(() -> queue.deleteMessage(again.getMessageId(), back.getPopReceipt()))
                .isInstanceOfSatisfying(
                        QueueStorageException.class,
                        e -> assertThat(e.getErrorCode().toString()).isEqualTo("PopReceiptMismatch"));
        queue.deleteMessage(again.getMessageId(), again.getPopReceipt());
        assertThatThrownBy(() -> queue.deleteMessage(again.getMessageId(), again.getPopReceipt()))
                .hasMessageContaining("MessageNotFound");
        assertThat(queue.getProperties().getApproximateMessagesCountLong()).isEqualTo(1);
        queue.clearMessages();
        assertThat(queue.receiveMessage()).isNull();
    }

    @Test
    void queuesAreListedDescribedAndDeleted() {
        QueueClient queue = owner.createQueueWithResponse("listed-1", Map.of("team", "a"), null, Context.NONE)
                .getValue();
        owner.createQueue("listed-2");
        assertThat(owner.listQueues().stream().map(QueueItem::getName)).contains("listed-1", "listed-2");
        assertThat(queue.getProperties().getMetadata()).containsEntry("team", "a");
        assertThatThrownBy(() -> owner.createQueue("listed-1")).hasMessageContaining("QueueAlreadyExists");

        queue.delete();
        assertThatThrownBy(() -> queue.sendMessage("late")).hasMessageContaining("QueueNotFound");
        assertThatThrownBy(() -> owner.createQueue("Not_A_Name")).hasMessageContaining("InvalidResourceName");
    }

    @Test
    void aMessageExpiresAndOneThatIsNotYetVisibleIsNotPeeked() {
        QueueClient queue = owner.createQueue("timed");
        queue.sendMessageWithResponse("later", Duration.ofHours(1), Duration.ofHours(2), null, Context.NONE);
        assertThat(queue.peekMessages(32, null, Context.NONE).stream().map(PeekedMessageItem::getBody))
                .isEmpty();

        azure.call(HttpMethod.POST, "/_emulator/clock", "{\"advance\": \"PT90M\"}");
        assertThat(queue.peekMessage().getBody().toString()).isEqualTo("later");

        azure.call(HttpMethod.POST, "/_emulator/clock", "{\"advance\": \"PT60M\"}");
        assertThat(queue.getProperties().getApproximateMessagesCountLong()).isZero();
    }

    @Test
    void aTokenOpensQueuesAndAWrongKeyDoesNot() {
        QueueServiceClient byToken = client().credential(azure.credential()).buildClient();
        byToken.createQueue("by-token");
        assertThat(byToken.listQueues().stream().map(QueueItem::getName)).contains("by-token");

        QueueServiceClient stranger = client().credential(new StorageSharedKeyCredential("stlocal", "d3Jvbmc="))
                .buildClient();
        assertThatThrownBy(() -> stranger.createQueue("theirs")).hasMessageContaining("AuthenticationFailed");
    }
}
