package io.github.amlmaven.emulator.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.AzureClients.Answer;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines with parallel and sweep steps, with a user's script in real worker processes. */
class ParallelStepTest extends AbstractJobTest {

    /** A file that holds "bad" fails its mini batch, one that holds "once" only the first time. */
    private static final String SCRIPT = """
            import argparse, os, pathlib
            parser = argparse.ArgumentParser()
            parser.add_argument('--add', type=int)
            state = {}
            def init():
                state['add'] = parser.parse_args().add
                print('init in worker', os.environ['AZUREML_PARALLEL_WORKER'])
            def run(mini_batch):
                rows = []
                for name in mini_batch:
                    text = pathlib.Path(name).read_text().strip()
                    if text == 'die':
                        os._exit(3)
                    if text == 'once':
                        marker = pathlib.Path('met')
                        if not marker.exists():
                            marker.touch()
                            raise RuntimeError('not at the first time')
                        text = '100'
                    rows.append('%s=%d' % (os.path.basename(name), int(text) + state['add']))
                return rows
            """;

    private final String code;

    ParallelStepTest(@TempDir Path home) throws Exception {
        super(home);
        code = "/codes/" + UUID.randomUUID() + "/versions/1";
        Answer pending = bench.azure()
                .call(
                        HttpMethod.POST,
                        bench.workspace() + code + "/startPendingUpload",
                        Workbench.json("{'pendingUploadType':'TemporaryBlobReference'}"));
        JsonNode reference = pending.body().path("blobReferenceForConsumption");
        bench.upload(reference.path("credential").path("sasUri").asText(), "src/score.py", SCRIPT);
        bench.put(code, "{'properties':{'codeUri':'" + reference.path("blobUri").asText() + "/src'}}");
        component(
                "files",
                "'type':'command','is_deterministic':false,'inputs':{'texts':{'type':'string'}},'outputs':{'o':{'type':'uri_folder'}},"
                        + "'command':'n=0; for t in ${{inputs.texts}}; do n=$((n+1)); echo $t > ${{outputs.o}}/f$n; done',"
                        + "'environment':'azureml:" + bench.workspace() + "/environments/plain/versions/1'");
        component(
                "score",
                "'type':'parallel','is_deterministic':false,'inputs':{'d':{'type':'uri_folder'},'add':{'type':'integer'}},'outputs':{'rows':{'type':'uri_folder'}},"
                        + "'input_data':'${{inputs.d}}','mini_batch_size':'2','max_concurrency_per_instance':2,"
                        + "'retry_settings':{'max_retries':1,'timeout':30},'mini_batch_error_threshold':0,"
                        + "'task':{'type':'run_function','code':'azureml:" + bench.workspace() + code
                        + "','entry_script':'score.py','environment':'azureml:" + bench.workspace()
                        + "/environments/plain/versions/1','program_arguments':'--add ${{inputs.add}}','append_row_to':'${{outputs.rows}}'}");
        component(
                "guess",
                "'type':'command','is_deterministic':false,'inputs':{'x':{'type':'integer'}},'outputs':{'o':{'type':'uri_folder'}},"
                        + "'command':'mkdir outputs; echo {\\\\\\\"score\\\\\\\":${{inputs.x}}} > outputs/metrics.json; echo ${{inputs.x}} > ${{outputs.o}}/x',"
                        + "'environment':'azureml:" + bench.workspace() + "/environments/plain/versions/1'");
    }

    private void component(String name, String spec) {
        bench.put(
                "/components/" + name + "/versions/1",
                "{'properties':{'componentSpec':{'name':'" + name + "','version':'1'," + spec + "}}}");
    }

    private JsonNode run(String name, String texts, String more) {
        Answer answer = bench.azure()
                .call(
                        HttpMethod.PUT,
                        bench.workspace() + "/jobs/" + name,
                        Workbench.json(String.format(
                                "{'properties':{'jobType':'Pipeline','experimentName':'tests','outputs':{'rows':{'jobOutputType':'uri_folder'}},'jobs':{"
                                        + "'files':{'type':'command','componentId':'%1$s/components/files/versions/1',"
                                        + "'inputs':{'texts':{'job_input_type':'literal','value':'" + texts + "'}}},"
                                        + "'score':{'type':'parallel','componentId':'%1$s/components/score/versions/1'"
                                        + more
                                        + ",'inputs':{"
                                        + "'add':{'job_input_type':'literal','value':'1'},"
                                        + "'d':{'job_input_type':'literal','value':'${{parent.jobs.files.outputs.o}}'}},"
                                        + "'outputs':{'rows':{'type':'literal','value':'${{parent.outputs.rows}}'}}}}}}",
                                bench.workspace())));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);
        return bench.ended(name);
    }

    private String rows(String job) {
        bench.submit(
                "read-" + job,
                "cat ${{inputs.d}}/*",
                "'inputs':{'d':{'jobInputType':'uri_folder','uri':'azureml://jobs/" + job + "/outputs/rows'}}");
        assertThat(bench.ended("read-" + job).path("status").asText()).isEqualTo("Completed");
        return bench.log("read-" + job);
    }

    @Test
    void miniBatchesGoThroughWorkersAndRowsComeOutInOrder() {
        JsonNode job = run("good", "1 2 once 4 5", "");

        assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("Completed");
        assertThat(rows("good")).isEqualTo("f1=2\nf2=3\nf3=101\nf4=5\nf5=6\n");
    }

    @Test
    void aMiniBatchThatFailsTooOftenFailsTheStep() {
        JsonNode job = run("bad", "1 2 x 4", "");

        assertThat(job.path("status").asText()).isEqualTo("Failed");
        assertThat(job.path("error").path("message").asText()).contains("Step 'score'", "1 mini batches failed");
    }

    @Test
    void asManyFailuresAsAreAllowedAreLeftOutAndADeadWorkerIsReplaced() {
        JsonNode job = run("tolerant", "1 2 die 4 5 6", ",'mini_batch_error_threshold':1,'error_threshold':2");

        assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("Completed");
        assertThat(rows("tolerant")).isEqualTo("f1=2\nf2=3\nf5=6\nf6=7\n");
    }

    @Test
    void aSweepStepGivesTheOutputsOfItsBestTrial() {
        Answer answer = bench.azure()
                .call(
                        HttpMethod.PUT,
                        bench.workspace() + "/jobs/swept",
                        Workbench.json(String.format(
                                "{'properties':{'jobType':'Pipeline','experimentName':'tests','outputs':{'rows':{'jobOutputType':'uri_folder'}},'jobs':{"
                                        + "'tune':{'type':'sweep','trial':{'componentId':'%1$s/components/guess/versions/1'},"
                                        + "'search_space':{'x':{'type':'choice','values':[1,7,3]}},'sampling_algorithm':'grid',"
                                        + "'objective':{'goal':'maximize','primary_metric':'score'},'limits':{'max_total_trials':3,'max_concurrent_trials':2,'timeout':600,'trial_timeout':300},"
                                        + "'early_termination':{'policy_type':'Bandit','slack_amount':5.0,'slack_factor':0.0,'delay_evaluation':0,'evaluation_interval':0},"
                                        + "'outputs':{'o':{'type':'literal','value':'${{parent.outputs.rows}}'}}}}}}",
                                bench.workspace())));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);

        JsonNode job = bench.ended("swept");
        assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("Completed");
        assertThat(rows("swept")).isEqualTo("7\n");
    }
}
