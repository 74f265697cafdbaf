package io.github.amlmaven.emulator.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.AzureClients.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pipeline jobs and batch endpoints, on a running emulator. */
class PipelineJobTest extends AbstractJobTest {

    private static final String JOBS = "'jobs':{"
            + "'make':{'name':'make','type':'command','componentId':'%1$s/components/make/versions/1',"
            + "'inputs':{'n':{'job_input_type':'literal','value':'${{parent.inputs.n}}'}}},"
            + "'twice':{'name':'twice','type':'command','componentId':'%1$s/components/twice/versions/1',"
            + "'inputs':{'d':{'job_input_type':'literal','value':'${{parent.jobs.make.outputs.o}}'}},"
            + "'outputs':{'o':{'type':'literal','value':'${{parent.outputs.result}}'}}}}";

    PipelineJobTest(@TempDir Path home) throws Exception {
        super(home);
        component(
                "make",
                "'inputs':{'n':{'type':'integer'}},'outputs':{'o':{'type':'uri_folder'}}",
                "echo ${{inputs.n}} > ${{outputs.o}}/n");
        component(
                "twice",
                "'inputs':{'d':{'type':'uri_folder'}},'outputs':{'o':{'type':'uri_folder'}}",
                "echo $((2*$(cat ${{inputs.d}}/n))) > ${{outputs.o}}/n");
        component(
                "fail",
                "'inputs':{'d':{'type':'uri_folder','optional':true}},'outputs':{'o':{'type':'uri_folder'}}",
                "exit 5");
        bench.put(
                "/components/flow/versions/1",
                String.format(
                        "{'properties':{'componentSpec':{'name':'flow','version':'1',"
                                + "'type':'pipeline','inputs':{'n':{'type':'integer','default':'5'}},'outputs':{'result':{'type':'uri_folder'}},"
                                + JOBS + "}}}",
                        bench.workspace()));
    }

    private void component(String name, String ports, String command) {
        bench.put(
                "/components/" + name + "/versions/1",
                "{'properties':{'componentSpec':{'name':'" + name
                        + "','version':'1','type':'command','is_deterministic':true," + ports
                        + ",'environment':'azureml:"
                        + bench.workspace() + "/environments/plain/versions/1','command':\"" + command + "\"}}}");
    }

    private Answer pipeline(String name, String n, String jobs) {
        return pipeline(name, n, jobs, "");
    }

    private Answer pipeline(String name, String n, String jobs, String settings) {
        return bench.azure()
                .call(
                        HttpMethod.PUT,
                        bench.workspace() + "/jobs/" + name,
                        Workbench.json(
                                "{'properties':{'jobType':'Pipeline','experimentName':'tests','inputs':{'n':{'jobInputType':'literal','value':'"
                                        + n + "'}},'outputs':{'result':{'jobOutputType':'uri_folder','assetName':'"
                                        + name + "'}},"
                                        + "'settings':{'_source':'YAML.JOB'" + settings + "},"
                                        + String.format(jobs, bench.workspace())
                                        + "}}"));
    }

    @Test
    void dataFlowsBetweenStepsAndAnUnchangedPipelineRunsNothingTheSecondTime() {
        assertThat(pipeline("first", "21", JOBS).status()).isEqualTo(201);
        JsonNode first = bench.ended("first");
        assertThat(first.path("status").asText()).as(first.toString()).isEqualTo("Completed");
        assertThat(result("first")).isEqualTo("42\n");
        assertThat(bench.run("first", "/children").path("value")).hasSize(2).allSatisfy(child -> {
            assertThat(child.path("parentRunId").asText()).isEqualTo("first");
            assertThat(child.path("properties").path("azureml.isreused").asText())
                    .isEqualTo("false");
        });

        pipeline("second", "21", JOBS);
        assertThat(bench.ended("second").path("status").asText()).isEqualTo("Completed");
        assertThat(result("second")).isEqualTo("42\n");
        assertThat(bench.run("second", "/children").path("value"))
                .hasSize(2)
                .allSatisfy(child -> assertThat(child.path("properties")
                                .path("azureml.isreused")
                                .asText())
                        .isEqualTo("true"));

        pipeline("third", "4", JOBS);
        bench.ended("third");
        assertThat(result("third")).isEqualTo("8\n");
        assertThat(bench.get("/jobs").body().path("value"))
                .extracting(job -> job.path("name").asText())
                .contains("first", "second", "third")
                .noneMatch(name -> name.length() == 36);
    }

    /** MLflow's API, with nothing but what the environment of a step gives: {@code set KEY VALUE} or {@code get KEY}. */
    private static final String ROOT_TAG = """
            import json, os, sys, urllib.request
            root = os.environ['AZUREML_ROOT_RUN_ID']
            def call(path, body=None):
                request = urllib.request.Request(
                    os.environ['MLFLOW_TRACKING_URI'] + '/api/2.0/mlflow/runs/' + path, body and json.dumps(body).encode(),
                    {'Authorization': 'Bearer ' + os.environ['MLFLOW_TRACKING_TOKEN'], 'Content-Type': 'application/json'})
                return json.load(urllib.request.urlopen(request))
            if sys.argv[1] == 'set':
                call('set-tag', {'run_id': root, 'key': sys.argv[2], 'value': sys.argv[3]})
            else:
                tags = call('get?run_id=' + root)['run']['data']['tags']
                print(*[tag['value'] for tag in tags if tag['key'] == sys.argv[2]])
            """;

    @Test
    void aStepTagsTheRunThatItBelongsToAndTheNextOneReadsTheTag() {
        String script = "echo "
                + Base64.getEncoder().encodeToString(ROOT_TAG.getBytes(StandardCharsets.UTF_8))
                + " | base64 -d | python - ";
        String ports = ",'outputs':{'o':{'type':'uri_folder'}}";
        component(
                "settag",
                "'inputs':{'n':{'type':'integer'}}" + ports,
                script + "set quality n${{inputs.n}}; touch ${{outputs.o}}/done");
        component("gettag", "'inputs':{'d':{'type':'uri_folder'}}" + ports, script + "get quality > ${{outputs.o}}/n");

        pipeline(
                "tags",
                "7",
                JOBS.replace("components/make/", "components/settag/")
                        .replace("components/twice/", "components/gettag/"));

        JsonNode job = bench.ended("tags");
        assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("Completed");
        assertThat(result("tags")).isEqualTo("n7\n");
        assertThat(bench.run("tags", "").path("tags").path("quality").asText()).isEqualTo("n7");
    }

    @Test
    void aFailedStepStopsWhatDependsOnItAndNamesItself() {
        pipeline(
                "broken",
                "1",
                "'jobs':{'bad':{'type':'command','componentId':'%1$s/components/fail/versions/1'},"
                        + "'twice':{'type':'command','componentId':'%1$s/components/twice/versions/1',"
                        + "'inputs':{'d':{'job_input_type':'literal','value':'${{parent.jobs.bad.outputs.o}}'}},"
                        + "'outputs':{'o':{'type':'literal','value':'${{parent.outputs.result}}'}}}}");

        JsonNode job = bench.ended("broken");
        assertThat(job.path("status").asText()).isEqualTo("Failed");
        assertThat(job.path("error").path("message").asText()).contains("Step 'bad'", "status code 5");
        assertThat(bench.run("broken", "/children").path("value")).hasSize(1);
    }

    @Test
    void withContinueOnStepFailureOnlyWhatDependsOnTheFailedStepIsLeftOut() {
        pipeline(
                "goingon",
                "6",
                "'jobs':{'bad':{'type':'command','componentId':'%1$s/components/fail/versions/1'},"
                        + "'make':{'type':'command','componentId':'%1$s/components/make/versions/1',"
                        + "'inputs':{'n':{'job_input_type':'literal','value':'${{parent.inputs.n}}'}}},"
                        + "'free':{'type':'command','componentId':'%1$s/components/twice/versions/1',"
                        + "'inputs':{'d':{'job_input_type':'literal','value':'${{parent.jobs.make.outputs.o}}'}}},"
                        + "'bound':{'type':'command','componentId':'%1$s/components/twice/versions/1',"
                        + "'inputs':{'d':{'job_input_type':'literal','value':'${{parent.jobs.bad.outputs.o}}'}}}}",
                ",'continue_on_step_failure':true");

        JsonNode job = bench.ended("goingon");
        assertThat(job.path("status").asText()).isEqualTo("Failed");
        assertThat(bench.run("goingon", "/children").path("value"))
                .extracting(child -> child.path("displayName").asText() + " "
                        + child.path("status").asText())
                .containsExactlyInAnyOrder("bad Failed", "make Completed", "free Completed");
    }

    @Test
    void forceRerunRunsWhatHasNotChanged() {
        pipeline("fresh", "77", JOBS);
        bench.ended("fresh");
        pipeline("forced", "77", JOBS, ",'force_rerun':true");

        assertThat(bench.ended("forced").path("status").asText()).isEqualTo("Completed");
        assertThat(bench.run("forced", "/children").path("value"))
                .hasSize(2)
                .allSatisfy(child -> assertThat(child.path("properties")
                                .path("azureml.isreused")
                                .asText())
                        .isEqualTo("false"));
    }

    @Test
    void aPipelineThatCannotRunIsRefused() {
        Answer answer = pipeline(
                "refused", "1", "'jobs':{'a':{'type':'command','componentId':'%1$s/components/none/versions/1'}}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("error").path("message").asText()).contains("/components/none/versions/1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such", "azureml:no-such", "%s/computes/no-such"})
    void aPipelineOnAComputeThatIsNotThereIsRefused(String reference) {
        String compute = String.format(reference, bench.workspace());
        Answer byDefault = pipeline("nowhere", "1", JOBS, ",'default_compute':'" + compute + "'");
        Answer byStep = pipeline(
                "nowhere",
                "1",
                "'jobs':{'a':{'type':'command','computeId':'" + compute + "',"
                        + "'componentId':'%1$s/components/fail/versions/1'}}");

        assertThat(List.of(byDefault, byStep)).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body().path("error").path("code").asText()).isEqualTo("UserError");
            assertThat(answer.body().path("error").path("message").asText())
                    .isEqualTo("Unknown compute target 'no-such'.");
        });
    }

    @Test
    void aBatchEndpointWhosePipelineHasAComputeThatIsNotThereStartsNothing() {
        String endpoint = bench.workspace() + "/batchEndpoints/nowhere-ep";
        bench.azure()
                .follow(
                        HttpMethod.PUT,
                        endpoint,
                        Workbench.json("{'location':'westeurope','properties':{'authMode':'aadToken'}}"));
        bench.azure()
                .follow(
                        HttpMethod.PUT,
                        endpoint + "/deployments/one",
                        Workbench.json("{'location':'westeurope','properties':{"
                                + "'deploymentConfiguration':{'deploymentConfigurationType':'PipelineComponent',"
                                + "'componentId':{'referenceType':'Id','assetId':'" + bench.workspace()
                                + "/components/flow/versions/1'},'settings':{'default_compute':'no-such'}}}}"));

        Answer answer = bench.call(
                HttpMethod.POST,
                "/batchEndpoints/" + emulator.options().workspace() + "/nowhere-ep/jobs",
                "{}",
                "azureml-model-deployment",
                "one");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("error").path("message").asText()).contains("Unknown compute target 'no-such'.");
    }

    @Test
    void aBatchEndpointStartsThePipelineWithTheSmallestBodyAndRefusesWrongInputs() {
        String endpoint = bench.workspace() + "/batchEndpoints/flow-ep";
        String endpointBody = "{'location':'westeurope','properties':{'authMode':'aadToken'%s}}";
        bench.azure().follow(HttpMethod.PUT, endpoint, Workbench.json(String.format(endpointBody, "")));
        bench.azure()
                .follow(
                        HttpMethod.PUT,
                        endpoint + "/deployments/ver-1",
                        Workbench.json("{'location':'westeurope','properties':{"
                                + "'deploymentConfiguration':{'deploymentConfigurationType':'PipelineComponent','componentId':{'referenceType':'Id',"
                                + "'assetId':'" + bench.workspace()
                                + "/components/flow/versions/1'},'settings':{'force_rerun':'True'}}}}"));
        bench.azure()
                .follow(
                        HttpMethod.PUT,
                        endpoint,
                        Workbench.json(String.format(endpointBody, ",'defaults':{'deploymentName':'ver-1'}")));
        String invoke = "/batchEndpoints/" + emulator.options().workspace() + "/flow-ep/jobs";

        Answer smallest = bench.call(HttpMethod.POST, invoke, "{}");
        assertThat(smallest.status()).as(smallest.body().toString()).isEqualTo(201);
        String name = smallest.body().path("name").asText();
        assertThat(bench.ended(name).path("status").asText()).isEqualTo("Completed");
        assertThat(read("azureml://jobs/" + name + "/outputs/result")).isEqualTo("10\n");

        // As azure-ai-ml writes the deployment's settings: they hold for each run.
        String again =
                bench.call(HttpMethod.POST, invoke, "{}").body().path("name").asText();
        bench.ended(again);
        assertThat(bench.run(again, "/children").path("value"))
                .isNotEmpty()
                .allSatisfy(child -> assertThat(child.path("properties")
                                .path("azureml.isreused")
                                .asText())
                        .isEqualTo("false"));

        Answer given = bench.call(
                HttpMethod.POST,
                invoke,
                "{'Properties':{'InputData':{'n':{'JobInputType':'Literal','Value':'6'}}}}",
                "azureml-model-deployment",
                "ver-1");
        assertThat(bench.ended(given.body().path("name").asText())
                        .path("inputs")
                        .path("n")
                        .path("value")
                        .asText())
                .isEqualTo("6");

        Answer wrong = bench.call(
                HttpMethod.POST, invoke, "{'properties':{'inputData':{'m':{'jobInputType':'Literal','value':'6'}}}}");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.body().path("error").path("message").asText()).contains("unknown input 'm'", "[n]");

        Answer v1 = bench.call(
                HttpMethod.POST,
                "/pipelines/v1.0" + bench.workspace()
                        + "/PipelineRuns/PipelineEndpointSubmit/Name/flow-ep?pipelineVersion=1",
                "{'ParameterAssignments':{'n':'3'}}");
        assertThat(v1.status()).as(v1.body().toString()).isEqualTo(200);
        assertThat(bench.ended(v1.body().path("Id").asText()).path("status").asText())
                .isEqualTo("Completed");

        Answer list = bench.call(
                HttpMethod.GET, "/mferp/managementfrontend" + bench.workspace() + "/batchEndpoints/flow-ep/jobs", "");
        assertThat(list.body().path("value")).hasSize(4);
    }

    private String result(String pipeline) {
        return read(bench.workspace() + "/data/" + pipeline + "/versions/1");
    }

    private String read(String uri) {
        String name = "read-" + Integer.toHexString(uri.hashCode());
        bench.submit(name, "cat ${{inputs.d}}/n", "'inputs':{'d':{'jobInputType':'uri_folder','uri':'" + uri + "'}}");
        assertThat(bench.ended(name).path("status").asText()).isEqualTo("Completed");
        return bench.log(name);
    }
}
