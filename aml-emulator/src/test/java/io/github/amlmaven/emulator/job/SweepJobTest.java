package io.github.amlmaven.emulator.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.AzureClients.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweep jobs, each trial a process of its own, on a running emulator. */
class SweepJobTest extends AbstractJobTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Says its metric to the tracking service as MLflow's client does. */
    private static final String LOG_METRIC = """
            cat > log.py <<'END'
            import json, os, sys, urllib.request
            def log(value):
                request = urllib.request.Request(
                    os.environ['MLFLOW_TRACKING_URI'] + '/api/2.0/mlflow/runs/log-metric',
                    json.dumps({'run_id': os.environ['MLFLOW_RUN_ID'], 'key': 'score', 'value': value}).encode(),
                    {'Authorization': 'Bearer ' + os.environ['MLFLOW_TRACKING_TOKEN'], 'Content-Type': 'application/json'})
                urllib.request.urlopen(request).read()
            END
            """;

    SweepJobTest(@TempDir Path home) throws Exception {
        super(home);
    }

    private Answer submit(String name, String command, String more) throws Exception {
        ObjectNode body =
                (ObjectNode) JSON.readTree(Workbench.json("{'properties':{'jobType':'Sweep','experimentName':'tests',"
                        + "'trial':{'environmentId':'" + bench.workspace() + "/environments/plain/versions/1'},"
                        + "'inputs':{'base':{'jobInputType':'literal','value':'10'}},'outputs':{'model':{'jobOutputType':'uri_folder'}},"
                        + "'objective':{'primaryMetric':'score','goal':'Maximize'}," + more + "}}"));
        body.withObject("/properties/trial").put("command", command);
        return bench.azure().call(HttpMethod.PUT, bench.workspace() + "/jobs/" + name, body.toString());
    }

    @Test
    void aGridRunsEachCombinationAndTheBestTrialGivesTheOutputs() throws Exception {
        Answer answer = submit(
                "grid",
                "echo trying ${{search_space.x}} ${{search_space.y}}; mkdir -p outputs;"
                        + " echo '{\"score\": '$((${{inputs.base}} * ${{search_space.x}} + ${{search_space.y}}))'}'"
                        + " | tee outputs/metrics.json > ${{outputs.model}}/m",
                "'searchSpace':{'x':['choice',[[1,3]]],'y':['choice',[[5,4]]]},"
                        + "'samplingAlgorithm':{'samplingAlgorithmType':'Grid'},'limits':{'jobLimitsType':'Sweep','maxConcurrentTrials':2}");
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);

        JsonNode job = bench.ended("grid");
        assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("Completed");
        assertThat(job.path("properties").path("best_child_run_id").asText()).isEqualTo("grid_2");
        assertThat(job.path("properties").path("score").asDouble()).isEqualTo(35);
        assertThat(job.path("outputs").path("model").path("uri").asText()).contains("grid_2");
        assertThat(bench.log("grid_2")).isEqualTo("trying 3 5\n");
        assertThat(bench.run("grid", "/children").path("value"))
                .hasSize(4)
                .allSatisfy(
                        trial -> assertThat(trial.path("parentRunId").asText()).isEqualTo("grid"));
        assertThat(bench.get("/jobs").body().path("value"))
                .extracting(listed -> listed.path("name").asText())
                .contains("grid")
                .doesNotContain("grid_2");
    }

    @Test
    void aTrialThatFallsBehindIsEndedAndTheSweepGoesOn() throws Exception {
        submit(
                "bandit",
                LOG_METRIC
                        + "python -c \"import log,time; good = ${{search_space.x}} == 1\n"
                        + "while not good: log.log(0.1); time.sleep(0.1)\nlog.log(0.9)\"",
                "'searchSpace':{'x':['choice',[[0,1]]]},'samplingAlgorithm':{'samplingAlgorithmType':'Grid'},"
                        + "'limits':{'jobLimitsType':'Sweep','maxConcurrentTrials':2},"
                        + "'earlyTermination':{'policyType':'Bandit','slackAmount':0.2,'slackFactor':0.0,'evaluationInterval':0}");

        JsonNode job = bench.ended("bandit");
        assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("Completed");
        assertThat(bench.status("bandit_0")).isEqualTo("Canceled");
        assertThat(bench.status("bandit_1")).isEqualTo("Completed");
        assertThat(job.path("properties").path("best_child_run_id").asText()).isEqualTo("bandit_1");
        assertThat(bench.run("bandit_1", "")
                        .path("properties")
                        .path("metrics.score")
                        .asText())
                .isEqualTo("0.9");
    }

    @Test
    void aSweepEndsAtItsLimitWithTheTrialsThatCompleted() throws Exception {
        submit(
                "late",
                "sleep 600",
                "'searchSpace':{'x':['choice',[[0,1,2]]]},'samplingAlgorithm':{'samplingAlgorithmType':'Bayesian'},"
                        + "'limits':{'jobLimitsType':'Sweep','maxTotalTrials':2,'maxConcurrentTrials':1,'timeout':'PT3S'}");

        JsonNode job = bench.ended("late");
        assertThat(job.path("status").asText()).isEqualTo("Canceled");
        assertThat(job.path("error").path("message").asText()).contains("longer than its limit");
        assertThat(bench.status("late_0")).isEqualTo("Canceled");
        assertThat(bench.get("/jobs/late_1").status()).isEqualTo(404);
    }

    @Test
    void cancelEndsAllTrials() throws Exception {
        submit(
                "stopped",
                "sleep 600",
                "'searchSpace':{'x':['choice',[[0,1,2]]]},'samplingAlgorithm':{'samplingAlgorithmType':'Random'}");
        Workbench.await("a trial to run", () -> bench.get("/jobs/stopped_2").status() == 200);

        bench.azure().call(HttpMethod.POST, bench.workspace() + "/jobs/stopped/cancel", "");

        assertThat(bench.ended("stopped").path("status").asText()).isEqualTo("Canceled");
        for (int i = 0; i < 3; i++) {
            assertThat(bench.status("stopped_" + i)).isEqualTo("Canceled");
        }
    }

    @Test
    void aSweepOfWhatIsNotInItsSpaceIsRefused() throws Exception {
        Answer answer = submit(
                "refused",
                "echo ${{search_space.z}}",
                "'searchSpace':{'x':['choice',[[0,1]]]},'samplingAlgorithm':{'samplingAlgorithmType':'Grid'}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("error").path("message").asText()).contains("search_space.z");
    }
}
