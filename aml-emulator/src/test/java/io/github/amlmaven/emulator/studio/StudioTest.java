package io.github.amlmaven.emulator.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.AzureClients.Answer;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.inference.ModelTeam;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The studio as a person uses it, in headless Chromium, and as other sites' pages must not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class StudioTest {

    private static final String SCORE = """
            import json, os
            def init():
                print("ready to score")
            def run(data):
                return {"twice": 2 * json.loads(data)["n"], "by": os.environ["VARIANT"]}
            """;

    private Emulator emulator;
    private ModelTeam team;
    private Browser browser;
    private Path go;

    @BeforeAll
    void aTeamHasWorked(@TempDir Path home) throws Exception {
        emulator = Emulator.start(EmulatorOptions.in(home));
        browser = Browser.of(emulator);
        go = home.resolve("go");
        team = new ModelTeam(emulator);
        team.model("wine", "custom_model", Map.of("model/factor.txt", "2"));
        String environment = team.environment("inference", "");
        String code = team.code("scoring", Map.of("score.py", SCORE));
        team.endpoint("wine-endpoint", "Key");
        for (String name : new String[] {"blue", "green"}) {
            String more = "'model':'" + team.path("/models/wine/versions/1") + "','environmentVariables':{'VARIANT':'"
                    + name + "'},";
            assertThat(team.deploy("wine-endpoint", name, code, "score.py", environment, more))
                    .isEqualTo("Succeeded");
        }
        team.traffic("wine-endpoint", "{'blue':100}", "{}");
        team.environment("plain", "python:3.11", "");
    }

    @AfterAll
    void end() {
        if (browser != null) {
            browser.close();
        }
        emulator.close();
    }

    private void submit(String name, String properties) {
        Answer answer = team.azure()
                .call(
                        HttpMethod.PUT,
                        team.path("/jobs/" + name),
                        "{\"properties\":{\"experimentName\":\"studio\"," + properties.replace('\'', '"') + "}}");
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);
    }

    @Test
    void aRegisteredModelIsShownWithItsVersions() {
        browser.open("models");
        browser.shows("wine");
        browser.isAccessible("models");

        browser.find("main a[href='#/models/wine']").sendKeys(Keys.ENTER);
        browser.shows("Version 1");
        browser.shows("custom_model");
        browser.isAccessible("model");
    }

    @Test
    void theLogOfARunningJobGrows() throws IOException {
        submit(
                "counting",
                "'jobType':'Command','command':'echo first line; while [ ! -e " + go + " ]; do sleep 0.1; done;"
                        + " echo last line','environmentId':'" + team.path("/environments/plain/versions/1") + "'");
        browser.open("jobs");
        browser.find("main a[href='#/jobs/counting']").click();
        browser.until("first line is in the log", () -> log().contains("first line"));
        assertThat(log()).doesNotContain("last line");
        browser.find(".log").click();
        browser.isAccessible("job");

        Files.createFile(go);
        browser.until("last line is in the log", () -> log().contains("last line"));
        assertThat(log().indexOf("first line")).isEqualTo(log().lastIndexOf("first line"));
        browser.shows("Completed");
        assertThat(browser.find("[role=status]").getText()).contains("counting");
    }

    private String log() {
        return browser.find(".log").getText();
    }

    @Test
    void aPipelineIsDrawnWithTheStateOfItsSteps() {
        component("make", "'outputs':{'o':{'type':'uri_folder'}}", "echo 1 > ${{outputs.o}}/n");
        component("check", "'inputs':{'d':{'type':'uri_folder'}}", "cat ${{inputs.d}}/n; exit 3");
        submit(
                "flow",
                "'jobType':'Pipeline','jobs':{'make':{'name':'make','type':'command','componentId':'"
                        + team.path("/components/make/versions/1") + "'},"
                        + "'check':{'name':'check','type':'command','componentId':'"
                        + team.path("/components/check/versions/1")
                        + "','inputs':{'d':{'job_input_type':'literal','value':'${{parent.jobs.make.outputs.o}}'}}}}");
        browser.open("jobs/flow");
        WebElement graph = browser.find("svg.graph");
        browser.until(
                "step make has completed",
                () -> !browser.driver()
                        .findElements(By.cssSelector("[aria-label='make: Completed']"))
                        .isEmpty());
        browser.find("[aria-label='check: Failed, after make']");
        assertThat(browser.driver().findElements(By.cssSelector("svg.graph path.edge")))
                .hasSize(1);
        assertThat(graph).isNotNull();
        browser.isAccessible("pipeline");

        browser.find("[aria-label='check: Failed, after make']").sendKeys(Keys.ENTER);
        browser.shows("Log");
        assertThat(browser.driver().getCurrentUrl()).doesNotEndWith("flow");
    }

    private void component(String name, String ports, String command) {
        String body = ("{'properties':{'componentSpec':{'name':'" + name + "','version':'1','type':'command'," + ports
                        + ",'environment':'azureml:" + team.path("/environments/plain/versions/1") + "','command':'"
                        + command + "'}}}")
                .replace('\'', '"');
        assertThat(team.azure()
                        .call(HttpMethod.PUT, team.path("/components/" + name + "/versions/1"), body)
                        .status())
                .isIn(200, 201);
    }

    @Test
    void theFormScoresAndTrafficMoves() {
        browser.open("endpoints/wine-endpoint");
        browser.shows("blue 100 %");
        WebElement body = browser.labelled("Request body (JSON)");
        body.clear();
        body.sendKeys("{\"n\": 21}");
        browser.button("Send").click();
        browser.shows("\"twice\": 42");
        browser.shows("\"by\": \"blue\"");
        String key = team.key("wine-endpoint", "primaryKey");
        assertThat(browser.driver().getPageSource()).doesNotContain(key).doesNotContain("eyJ");
        assertThat(String.valueOf(browser.driver().executeScript("return localStorage.length + sessionStorage.length")))
                .isEqualTo("0");
        assertThat(browser.driver().manage().getCookies()).isEmpty();

        retype(browser.labelled("blue (%)"), "40");
        browser.button("Set traffic").click();
        browser.shows("must add up to 0 or 100");
        retype(browser.labelled("green (%)"), "60");
        browser.button("Set traffic").click();
        browser.shows("green 60 %");
        assertThat(team.get("/onlineEndpoints/wine-endpoint")
                        .path("properties")
                        .path("traffic")
                        .toString())
                .isEqualTo("{\"blue\":40,\"green\":60}");
        browser.button("Show the log of blue").click();
        browser.shows("ready to score");
        browser.isAccessible("endpoint");
        browser.open("endpoints");
        browser.shows("wine-endpoint");
        browser.isAccessible("endpoints");
    }

    private static void retype(WebElement input, String text) {
        input.sendKeys(Keys.chord(Keys.CONTROL, "a"), text);
    }

    @Test
    void theClockMovesAndFaultsComeAndGo() throws Exception {
        browser.open("faults");
        java.time.Instant before = now();
        browser.labelled("Move by").sendKeys("a week");
        browser.button("Move").click();
        browser.shows("The clock has moved");
        assertThat(java.time.Duration.between(before, now()))
                .isBetween(java.time.Duration.ofDays(7), java.time.Duration.ofDays(8));

        browser.labelled("Path").sendKeys("/schedules$");
        browser.labelled("What happens").sendKeys("503");
        browser.button("Add rule").click();
        browser.button("Remove fault-1");
        browser.isAccessible("faults");
        // The team's token ran out when the clock moved, and azure-core asks for no new one within 30 seconds.
        AzureClients later = new AzureClients(emulator);
        assertThat(later.call(HttpMethod.GET, team.path("/schedules"), "").status())
                .isEqualTo(503);
        assertThat(later.call(HttpMethod.GET, team.path("/schedules"), "").status())
                .isEqualTo(200);
        browser.shows("1 of 1");
        browser.open("requests");
        browser.labelled("Path contains").sendKeys("/schedules");
        browser.shows("fault-1");
        browser.isAccessible("requests");
        browser.open("faults");
        browser.button("Remove fault-1").click();
        browser.shows("Nothing goes wrong on purpose");
    }

    private java.time.Instant now() throws Exception {
        JsonNode clock = new ObjectMapper().readTree(get("/_emulator/clock").body());
        return java.time.Instant.parse(clock.path("time").asText());
    }

    @Test
    void imagesAreListedAndAnEmptyPlaceSaysHowToFillIt() {
        browser.open("images");
        browser.shows("mvn aml:package");
        browser.isAccessible("images");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void itsOwnLookingIsNotInTheRequestLog() {
        browser.open("models");
        browser.shows("wine");

        assertThat(emulator.requests().entries())
                .filteredOn(entry -> entry.method().equals("GET"))
                .filteredOn(entry -> entry.host().equals("localhost"))
                .filteredOn(entry -> entry.userAgent().contains("Chrome"))
                .isNotEmpty()
                .allMatch(entry -> entry.path().startsWith("/studio"));
    }

    @Test
    void pagesOfOtherSitesAreKeptOut() throws Exception {
        String token = "/metadata/identity/oauth2/token?resource=https://management.azure.com";
        for (String path : new String[] {"/_emulator/clock", token, "/studio/"}) {
            assertThat(get(path, "Metadata", "true", "Origin", "https://evil.example")
                            .statusCode())
                    .as(path)
                    .isEqualTo(403);
            assertThat(get(path, "Metadata", "true", "Sec-Fetch-Site", "cross-site")
                            .statusCode())
                    .as(path)
                    .isEqualTo(403);
        }
        assertThat(get(token, "Metadata", "true").statusCode()).isEqualTo(200);

        // A name of their own that they point at this machine: same-origin to the browser, not to us.
        browser.driver()
                .get("http://evil.example:" + emulator.endpoints().http().getPort() + "/studio/");
        assertThat(browser.text()).contains("Only reachable as localhost, not as evil.example");
        Object status = browser.driver()
                .executeAsyncScript(
                        "const done = arguments[0];"
                                + "fetch('/_emulator/clock', {method: 'POST', body: '{\"advance\":\"P1D\"}'}).then(r => done(r.status), done)");
        assertThat(String.valueOf(status)).isEqualTo("403");
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(emulator.endpoints().http() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }
}
