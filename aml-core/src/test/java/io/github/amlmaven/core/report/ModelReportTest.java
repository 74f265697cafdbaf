package io.github.amlmaven.core.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
                "{'goal':'deploy-aci','startedAt':'2030-01-04T00:00:00Z','error':{},'lastGood':{'outputs':{'name':'wine-aci',"
                        + "'scoringUri':'http://1.2.3.4/score','image':'r/wine:3'}}}");
        record("deploy-managed.dry-run.json", "{'goal':'deploy-managed','outputs':{'name':'not there'}}");
        Files.writeString(records.resolve("graph.svg"), "<svg/>");
        ObjectNode job = (ObjectNode) new ObjectMapper()
                .readTree(("{'properties':{'codeId':'/s/workspaces/w/codes/c/versions/1','inputs':{'data':{'uri':"
                                + "'https://a.blob.core.windows.net/d?sig=hunter2hunter2'}},'jobs':{'prep':{'componentId':"
                                + "'/s/workspaces/w/components/p/versions/2'}}}}")
                        .replace('\'', '"'));

        ModelReport report = ModelReport.of(records, Optional.of(job));

        assertThat(report.title()).isEqualTo("wine 3");
        assertThat(rows(report, "What it is"))
                .contains(List.of("Framework", "sklearn"), List.of("Content", "sha256:ab"));
        assertThat(rows(report, "Metrics")).containsExactly(List.of("accuracy", "0.9"), List.of("loss", "0.25"));
        assertThat(rows(report, "Lineage"))
                .contains(
                        List.of("Job", "train-1"),
                        List.of("code", "codes/c/versions/1"),
                        List.of("Step prep: component", "components/p/versions/2"),
                        List.of("Commit", "c0ffee (with changes)"));
        assertThat(rows(report, "Where it runs"))
                .containsExactly(
                        List.of(
                                "managed online endpoint",
                                "wine-ep",
                                "https://h/score",
                                "blue, green",
                                "2030-01-02T00:00:00Z"),
                        List.of(
                                "container group",
                                "wine-aci",
                                "http://1.2.3.4/score",
                                "r/wine:3",
                                "2030-01-04T00:00:00Z"));
        assertThat(rows(report, "Traffic")).containsExactly(List.of("wine-ep", "green=100", "2030-01-03T00:00:00Z"));
        assertThat(report.pictures()).containsExactly(records.resolve("graph.svg"));
        assertThat(report.toString()).doesNotContain("hunter2");
    }

    @Test
    void aProjectThatHasDoneNothingYetHasAnEmptyReport() {
        ModelReport report = ModelReport.of(records.resolve("none"), Optional.empty());

        assertThat(report.title()).isEqualTo("No model registered yet");
        assertThat(report.sections()).isEmpty();
        assertThat(report.pictures()).isEmpty();
    }
}
