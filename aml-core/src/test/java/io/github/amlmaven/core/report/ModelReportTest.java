package io.github.amlmaven.core.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelReportTest {

    @TempDir
    private Path records;

    private void record(String file, String json) throws IOException {
        Files.writeString(records.resolve(file), json.replace('\'', '"'));
    }

    private static List<List<String>> rows(ModelReport report, String title) {
        return report.sections().stream()
                .filter(section -> section.title().equals(title))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no section " + title + " in " + report))
                .rows();
    }

    @Test
    void whatTheGoalsHaveLeftIsPutTogether() throws IOException {
        record(
                "model.json",
                "{'name':'wine','version':'3','id':'/x/models/wine/versions/3','digest':'sha256:ab','gav':'g:a:1',"
                        + "'framework':'sklearn','type':'custom_model','tags':{'git.commit':'c0ffee','git.dirty':'true'},"
                        + "'metrics':{'accuracy':0.9}}");
        record(
                "run.json",
                "{'goal':'run','startedAt':'2030-01-01T00:00:00.123Z','outputs':{'jobName':'train-1','jobStatus':'Completed',"
                        + "'metrics':{'loss':0.25}}}");
        record(
                "deploy-managed.json",
                "{'goal':'deploy-managed','startedAt':'2030-01-02T00:00:00Z','outputs':{'name':'wine-ep','scoringUri':"
                        + "'https://h/score','deployments':['blue','green'],'traffic':'blue=100'}}");
        record(
                "traffic.json",
                "{'goal':'traffic','startedAt':'2030-01-03T00:00:00Z','outputs':{'endpoint':'wine-ep','traffic':'green=100'}}");
        record(
                "deploy-aci.json",
                "{'goal':'deploy-aci','startedAt':'2030-01-04T00:00:00Z','error':{},'lastGood':{'startedAt':'2030-01-02T12:00:00Z','outputs':{'name':'wine-aci',"
                        + "'scoringUri':'http://1.2.3.4/score','image':'r/wine:3'}}}");
        record("deploy-managed.dry-run.json", "{'goal':'deploy-managed','outputs':{'name':'not there'}}");
        Files.writeString(records.resolve("graph.svg"), "<svg/>");
        Map<String, String> origins = Map.of(
                "code", "codes/c/versions/1", "input data", "https://a.blob.core.windows.net/d?sig=hunter2hunter2");

        ModelReport report = ModelReport.of(records, origins);

        assertThat(report.title()).isEqualTo("wine 3");
        assertThat(rows(report, "What it is"))
                .contains(List.of("Framework", "sklearn"), List.of("Content", "sha256:ab"));
        assertThat(rows(report, "Metrics")).containsExactly(List.of("accuracy", "0.9"), List.of("loss", "0.25"));
        assertThat(rows(report, "Lineage"))
                .contains(
                        List.of("Job", "train-1"),
                        List.of("code", "codes/c/versions/1"),
                        List.of("input data", "https://a.blob.core.windows.net/d?sig=***"),
                        List.of("Commit", "c0ffee (with changes)"));
        assertThat(rows(report, "Where it runs"))
                .containsExactly(
                        List.of(
                                "managed online endpoint",
                                "wine-ep",
                                "https://h/score",
                                "blue 0 %, green 100 %",
                                "2030-01-02T00:00:00Z"),
                        List.of(
                                "container group",
                                "wine-aci",
                                "http://1.2.3.4/score",
                                "r/wine:3",
                                "2030-01-02T12:00:00Z"));
        assertThat(rows(report, "Traffic")).containsExactly(List.of("wine-ep", "green=100", "2030-01-03T00:00:00Z"));
        assertThat(report.pictures()).containsExactly(records.resolve("graph.svg"));
        assertThat(report.toString()).doesNotContain("hunter2");
    }

    @Test
    void aProjectThatHasDoneNothingYetHasAnEmptyReport() {
        ModelReport report = ModelReport.of(records.resolve("none"), Map.of());

        assertThat(report.title()).isEqualTo("No model registered yet");
        assertThat(report.sections()).isEmpty();
        assertThat(report.pictures()).isEmpty();
    }

    @Test
    void whatALaterDeploymentThatFailedHasLeftIsToldBesideWhatServes() throws IOException {
        record(
                "deploy-aci.json",
                "{'goal':'deploy-aci','startedAt':'2030-01-04T00:00:00Z','error':{},'attempted':{'name':'wine-aci'},"
                        + "'lastGood':{'startedAt':'2030-01-02T12:00:00Z','outputs':{'name':'wine-aci','scoringUri':"
                        + "'http://1.2.3.4/score','image':'r/wine:3'}}}");

        assertThat(rows(ModelReport.of(records, Map.of()), "Where it runs"))
                .containsExactly(List.of(
                        "container group",
                        "wine-aci",
                        "http://1.2.3.4/score",
                        "r/wine:3, and what a later one that failed has left",
                        "2030-01-02T12:00:00Z"));
    }

    private void deployed(String at) throws IOException {
        record(
                "deploy-managed.json",
                "{'goal':'deploy-managed','startedAt':'" + at + "','outputs':{'name':'wine-ep','scoringUri':"
                        + "'https://h/score','deployments':['blue'],'traffic':'blue=100'}}");
    }

    private void moved(String goal, String at, String traffic) throws IOException {
        record(
                goal + ".json",
                "{'goal':'" + goal + "','startedAt':'" + at + "','outputs':{'endpoint':'wine-ep','traffic':'" + traffic
                        + "'}}");
    }

    private void undeployed(String file, String at, String more) throws IOException {
        record(
                file,
                "{'goal':'undeploy','startedAt':'" + at + "','outputs':{'target':'managed','name':'wine-ep'" + more
                        + ",'deleted':['endpoint wine-ep']}}");
    }

    private List<String> titles() {
        return ModelReport.of(records, Map.of()).sections().stream()
                .map(ModelReport.Section::title)
                .toList();
    }

    @Test
    void whatWasUndeployedHasNoTrafficAnyMore() throws IOException {
        moved("traffic", "2030-01-03T00:00:00.5Z", "green=100");
        moved("canary", "2030-01-03T00:00:00.9Z", "green=100");
        assertThat(titles()).containsExactly("Traffic");

        undeployed("undeploy.json", "2030-01-03T00:00:01Z", "");
        assertThat(titles()).isEmpty();

        // Something else is undeployed later: the first one is gone still.
        Files.move(records.resolve("undeploy.json"), records.resolve("undeploy@wine-ep.json"));
        record(
                "undeploy.json",
                "{'goal':'undeploy','startedAt':'2030-01-04T00:00:00Z','outputs':{'target':'aci','name':'beer'}}");
        assertThat(titles()).isEmpty();
    }

    @Test
    void whatIsDeployedAgainHasTheTrafficOfThatDeployment() throws IOException {
        moved("traffic", "2030-01-03T00:00:00Z", "green=100");
        undeployed("undeploy.json", "2030-01-04T00:00:00Z", "");
        deployed("2030-01-05T00:00:00Z");

        assertThat(rows(ModelReport.of(records, Map.of()), "Traffic"))
                .containsExactly(List.of("wine-ep", "blue=100", "2030-01-05T00:00:00Z"));
    }

    @Test
    void oneDeploymentLessIsNotTheEndpointGone() throws IOException {
        deployed("2030-01-03T00:00:00Z");
        undeployed("undeploy.json", "2030-01-04T00:00:00Z", ",'deployment':'green'");

        assertThat(titles()).containsExactly("Where it runs", "Traffic");
    }

    /** The canary puts the traffic back before it fails. */
    @Test
    void aFailedCanaryHasTheLastWordOnTheTraffic() throws IOException {
        deployed("2030-01-03T00:00:00Z");
        moved("traffic", "2030-01-04T00:00:00Z", "blue=80,green=20");
        record(
                "canary.json",
                "{'goal':'canary','startedAt':'2030-01-05T00:00:00Z','error':{},'report':{'endpoint':'wine-ep',"
                        + "'before':'blue=80,green=20','traffic':'blue=80,green=20'}}");

        assertThat(rows(ModelReport.of(records, Map.of()), "Traffic"))
                .containsExactly(List.of("wine-ep", "blue=80,green=20", "2030-01-05T00:00:00Z"));
    }

    @Test
    void anEndpointIsToldWithAllItsDeploymentsAndTheTrafficOfEach() throws IOException {
        record(
                "deploy-managed.json",
                "{'goal':'deploy-managed','startedAt':'2030-01-02T00:00:00Z','outputs':{'name':'wine-ep','scoringUri':"
                        + "'https://h/score','deployments':['green'],'allDeployments':['blue','green','old'],"
                        + "'traffic':'blue=90,green=10'}}");
        record(
                "deploy-batch.json",
                "{'goal':'deploy-batch','startedAt':'2030-01-02T00:00:00Z','outputs':{'name':'wine-ep','endpoint':'wine-ep',"
                        + "'url':'https://b','allDeployments':[]}}");

        assertThat(rows(ModelReport.of(records, Map.of()), "Where it runs"))
                .extracting(row -> row.get(3))
                .containsExactly("blue 90 %, green 10 %, old 0 %", "no deployment any more");

        record(
                "traffic.json",
                "{'goal':'traffic','startedAt':'2030-01-03T00:00:00Z','outputs':{'endpoint':'wine-ep','traffic':"
                        + "'green=100 mirror old=5'}}");
        assertThat(rows(ModelReport.of(records, Map.of()), "Where it runs"))
                .extracting(row -> row.get(3))
                .contains("blue 0 %, green 100 %, old 0 % (mirror 5 %)");
    }

    @Test
    void theJobIsTheOneThatMadeTheRegisteredVersionNotALaterOne() throws IOException {
        String later =
                "{'goal':'run','startedAt':'2030-01-05T00:00:00Z','outputs':{'jobName':'train-2','jobStatus':'Completed',"
                        + "'metrics':{'loss':0.5}}}";
        record("run.json", later);
        record(
                "register.json",
                "{'goal':'register','outputs':{'name':'wine','jobName':'train-1','job':{'jobName':'train-1','jobStatus':"
                        + "'Completed','studioUrl':'https://ml/1'}}}");

        ModelReport report = ModelReport.of(records, Map.of());
        assertThat(rows(report, "Lineage"))
                .containsExactly(
                        List.of("Job", "train-1"),
                        List.of("Job's state", "Completed"),
                        List.of("Job in the studio", "https://ml/1"));
        assertThat(titles()).doesNotContain("Metrics");

        // Made by no job: the later one has nothing to do with it.
        record("register.json", "{'goal':'register','outputs':{'name':'wine','jobName':''}}");
        assertThat(titles()).isEmpty();
    }

    @Test
    void everyDeploymentOfAKindIsThereAlsoOneThatFailed() throws IOException {
        record(
                "deploy-webapp.json",
                "{'goal':'deploy-webapp','startedAt':'2030-01-02T00:00:00Z','outputs':{'name':'wine','slot':'staging',"
                        + "'image':'r/wine:2','swapped':false}}");
        record(
                "deploy-webapp@beer.json",
                "{'goal':'deploy-webapp','startedAt':'2030-01-01T00:00:00Z','outputs':{'name':'beer','image':'r/beer:1'}}");
        record(
                "deploy-aci.json",
                "{'goal':'deploy-aci','startedAt':'2030-01-03T00:00:00Z','error':{},'attempted':{'name':'wine-aci'}}");

        assertThat(rows(ModelReport.of(records, Map.of()), "Where it runs"))
                .containsExactly(
                        List.of(
                                "container group",
                                "wine-aci",
                                "",
                                "left by a deployment that failed",
                                "2030-01-03T00:00:00Z"),
                        List.of("web app", "beer", "", "r/beer:1", "2030-01-01T00:00:00Z"),
                        List.of("web app", "wine, slot staging", "", "r/wine:2", "2030-01-02T00:00:00Z"));
    }
}
