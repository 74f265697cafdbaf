package io.github.amlmaven.emulator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.AzureClients.Answer;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Schedules under a clock that is moved. */
@Timeout(120)
class MonthOfSchedulesTest {

    @TempDir
    private Path home;

    private Emulator emulator;
    private AzureClients azure;

    @BeforeEach
    void start() throws Exception {
        emulator = Emulator.start(EmulatorOptions.in(home));
        azure = new AzureClients(emulator);
        put("/environments/plain/versions/1", "{\"properties\":{\"image\":\"python:3.11\",\"osType\":\"Linux\"}}");
    }

    @AfterEach
    void stop() {
        emulator.close();
    }

    @Test
    void aMonthOfCronAndRecurrenceMakesEveryJobOfItAtOnce() {
        schedule("daily", "{\"triggerType\":\"Cron\",\"expression\":\"0 3 * * *\"}", true);
        schedule(
                "weekly",
                "{\"triggerType\":\"Recurrence\",\"frequency\":\"Week\",\"interval\":1,"
                        + "\"schedule\":{\"weekDays\":[\"Monday\"],\"hours\":[4],\"minutes\":[30]}}",
                true);
        schedule("resting", "{\"triggerType\":\"Cron\",\"expression\":\"0 * * * *\"}", false);

        long before = System.nanoTime();
        assertThat(clock("{\"advance\":\"P28D\"}")).isEqualTo(200);
        Duration took = Duration.ofNanos(System.nanoTime() - before);

        List<String> jobs = jobs();
        assertThat(jobs)
                .filteredOn(name -> name.startsWith("daily-"))
                .hasSize(28)
                .allMatch(name -> name.endsWith("030000"));
        assertThat(jobs)
                .filteredOn(name -> name.startsWith("weekly-"))
                .hasSize(4)
                .allMatch(name -> name.endsWith("043000"));
        assertThat(jobs).noneMatch(name -> name.startsWith("resting-"));
        assertThat(took).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void aScheduleThatIsDisabledOrDeletedMakesNoMoreJobs() {
        schedule("hourly", "{\"triggerType\":\"Cron\",\"expression\":\"0 * * * *\"}", true);
        assertThat(clock("{\"advance\":\"PT3H\"}")).isEqualTo(200);
        assertThat(jobs()).hasSize(3);

        schedule("hourly", "{\"triggerType\":\"Cron\",\"expression\":\"0 * * * *\"}", false);
        assertThat(clock("{\"advance\":\"PT3H\"}")).isEqualTo(200);

        assertThat(jobs()).hasSize(3);
    }

    @Test
    void aClockIsNotMovedByWhatIsNoTimeNorFartherThanSchedulesAreLookedAt() {
        assertThat(clock("{\"advance\":\"a month\"}")).isEqualTo(400);
        assertThat(clock("{\"advance\":\"P500D\"}")).isEqualTo(400);
        assertThat(clock("{}")).isEqualTo(400);
    }

    private void schedule(String name, String trigger, boolean enabled) {
        put(
                "/schedules/" + name,
                "{\"properties\":{\"isEnabled\":" + enabled + ",\"trigger\":" + trigger
                        + ",\"action\":{\"actionType\":\"CreateJob\",\"jobDefinition\":{\"jobType\":\"Command\","
                        + "\"experimentName\":\"nightly\",\"command\":\"true\",\"environmentId\":\"" + azure.workspace()
                        + "/environments/plain/versions/1\"}}}}");
    }

    private void put(String path, String body) {
        Answer answer = azure.call(HttpMethod.PUT, azure.workspace() + path, body);
        assertThat(answer.status()).as(answer.body().toString()).isIn(200, 201);
    }

    private List<String> jobs() {
        // A token of a month ago is no longer taken.
        azure = new AzureClients(emulator);
        Answer answer = azure.call(HttpMethod.GET, azure.workspace() + "/jobs?$top=1000", "");
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return StreamSupport.stream(answer.body().path("value").spliterator(), false)
                .map(job -> job.path("name").asText())
                .toList();
    }

    private int clock(String body) {
        HttpRequest request =
                new HttpRequest(HttpMethod.POST, emulator.endpoints().http() + "/_emulator/clock");
        try (HttpResponse response = azure.http().sendSync(request.setBody(body), Context.NONE)) {
            return response.getStatusCode();
        }
    }
}
