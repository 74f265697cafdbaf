package io.github.amlmaven.emulator.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.AzureClients.Answer;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Command jobs from submission to outputs, on a running emulator. */
class CommandJobTest extends AbstractJobTest {

    CommandJobTest(@TempDir Path home) throws Exception {
        super(home);
    }

    @Test
    void anOutputIsStoredRegisteredAndReadByTheNextJob() {
        Answer submitted = bench.submit(
                "producer",
                "python -c \"open('${{outputs.numbers}}/n.txt','w').write('${{inputs.n}}')\"",
                "'inputs':{'n':{'jobInputType':'literal','value':'7'}},"
                        + "'outputs':{'numbers':{'jobOutputType':'uri_folder','assetName':'numbers'}}");
        assertThat(submitted.status()).isEqualTo(201);
        assertThat(bench.ended("producer").path("status").asText()).isEqualTo("Completed");

        bench.submit(
                "consumer",
                "cat ${{inputs.d}}/n.txt; echo \" $AZURE_ML_INPUT_x $AZUREML_RUN_ID\"; mkdir outputs;"
                        + " echo '{\"f1\":0.5,\"note\":\"x\"}' > outputs/metrics.json",
                "'inputs':{'d':{'jobInputType':'uri_folder','uri':'" + bench.workspace() + "/data/numbers/versions/1'},"
                        + "'x':{'jobInputType':'literal','value':'42'}}");
        JsonNode consumer = bench.ended("consumer");

        assertThat(consumer.path("status").asText()).as(consumer.toString()).isEqualTo("Completed");
        assertThat(bench.log("consumer")).isEqualTo("7 42 consumer\n");
        JsonNode run = bench.run("consumer", "");
        assertThat(run.path("properties").path("metrics.f1").asText()).isEqualTo("0.5");
        assertThat(run.path("startTimeUtc").asText()).isNotEmpty();
        assertThat(run.path("endTimeUtc").asText()).isNotEmpty();
        assertThat(bench.run("consumer", "/artifacts").path("value").findValuesAsText("path"))
                .containsExactly("outputs/metrics.json", "user_logs/std_log.txt");
    }

    @Test
    void codeIsTheWorkingDirectoryAndInputsMayComeFromAnotherJobsOutput() {
        Answer pending = bench.azure()
                .call(
                        HttpMethod.POST,
                        bench.workspace() + "/codes/c1/versions/1/startPendingUpload",
                        "{\"pendingUploadType\":\"TemporaryBlobReference\"}");
        JsonNode reference = pending.body().path("blobReferenceForConsumption");
        bench.upload(
                reference.path("credential").path("sasUri").asText(),
                "src/pkg/main.py",
                "import os, sys\nopen(sys.argv[1], 'w').write(os.path.basename(os.getcwd()))\n");
        bench.put(
                "/codes/c1/versions/1",
                "{'properties':{'codeUri':'" + reference.path("blobUri").asText() + "/src'}}");

        bench.submit(
                "coded",
                "python pkg/main.py ${{outputs.o}}",
                "'codeId':'" + bench.workspace()
                        + "/codes/c1/versions/1','outputs':{'o':{'jobOutputType':'uri_file'}}");
        assertThat(bench.ended("coded").path("status").asText()).isEqualTo("Completed");
        bench.submit(
                "reader",
                "cat ${{inputs.f}}",
                "'inputs':{'f':{'jobInputType':'uri_file','uri':'azureml://jobs/coded/outputs/o'}}");

        assertThat(bench.ended("reader").path("status").asText()).isEqualTo("Completed");
        assertThat(bench.log("reader")).isEqualTo("wd");
    }

    @Test
    void aPackageOfTheCondaFileIsInstalled() {
        bench.environment("withpip", "dependencies:\n- pip:\n  - iniconfig==2.0.0\n");
        bench.submit(
                "packaged",
                "python -c 'import iniconfig, importlib.metadata as m; print(m.version(\"iniconfig\"))'",
                "'environmentId':'" + bench.workspace() + "/environments/withpip/versions/1'");

        JsonNode job = bench.ended("packaged");
        assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("Completed");
        assertThat(bench.log("packaged")).isEqualTo("2.0.0\n");
    }

    @Test
    void aPackageThatDoesNotExistFailsTheJobWithPipsWords() {
        bench.environment("broken", "dependencies:\n- pip:\n  - iniconfig==999.0\n");
        bench.submit(
                "unpackaged", "true", "'environmentId':'" + bench.workspace() + "/environments/broken/versions/1'");

        JsonNode job = bench.ended("unpackaged");
        assertThat(job.path("status").asText()).isEqualTo("Failed");
        assertThat(job.path("error").path("message").asText()).contains("pip could not install", "iniconfig==999.0");
        assertThat(bench.run("unpackaged", "/details").path("logFiles").has("azureml-logs/20_image_build_log.txt"))
                .isTrue();
    }

    @Test
    void anExitCodeOtherThanZeroFailsTheJobWithTheLastLines() {
        bench.submit("failing", "echo first; echo 'no such column: price' >&2; exit 3", "");

        JsonNode job = bench.ended("failing");
        assertThat(job.path("status").asText()).isEqualTo("Failed");
        JsonNode error = bench.run("failing", "/details").path("error").path("error");
        assertThat(error.path("code").asText()).isEqualTo("UserError");
        assertThat(error.path("message").asText()).contains("status code 3", "no such column: price");
    }

    @Test
    void cancelEndsTheWholeProcessGroup() {
        bench.submit("canceled", "(sleep 600 & echo $!); sleep 600", "");
        Workbench.await("the command to write", () -> bench.log("canceled").endsWith("\n"));
        assertThat(bench.status("canceled")).isEqualTo("Running");
        long pid = Long.parseLong(bench.log("canceled").strip());

        assertThat(bench.azure().follow(HttpMethod.POST, bench.workspace() + "/jobs/canceled/cancel", ""))
                .isEqualTo("SUCCESSFULLY_COMPLETED");

        assertThat(bench.status("canceled")).isEqualTo("Canceled");
        Workbench.await(
                "process " + pid + " to end",
                () -> Optional.of(pid)
                        .flatMap(ProcessHandle::of)
                        .filter(ProcessHandle::isAlive)
                        .isEmpty());
    }

    @Test
    void aJobThatRunsTooLongIsCanceledAndSaysSo() {
        bench.submit("slow", "sleep 600", "'limits':{'jobLimitsType':'Command','timeout':'PT1S'}");

        JsonNode job = bench.ended("slow");
        assertThat(job.path("status").asText()).isEqualTo("Canceled");
        assertThat(job.path("error").path("message").asText()).contains("PT1S");
    }

    @Test
    void whatCannotRunIsRefusedAtOnce() {
        assertThat(refusal(bench.submit("r1", "echo ${{inputs.none}}", ""))).contains("${{inputs.none}}");
        assertThat(refusal(bench.submit("r2", "true", "'codeId':'" + bench.workspace() + "/codes/none/versions/1'")))
                .contains("/codes/none/versions/1");
        assertThat(refusal(bench.submit("r3", "true", "'computeId':'" + bench.workspace() + "/computes/none'")))
                .contains("Unknown compute target 'none'");
        assertThat(refusal(bench.submit("r4", "true", "'limits':{'jobLimitsType':'Command','timeout':'soon'}")))
                .contains("\"soon\"");
        assertThat(refusal(bench.submit("r6", "true", "'trafic':{}"))).contains("Could not find member 'trafic'");
        Answer sweep = bench.azure()
                .call(
                        HttpMethod.PUT,
                        bench.workspace() + "/jobs/r5",
                        Workbench.json(
                                "{'properties':{'jobType':'Sweep','objective':{'goal':'Minimize','primaryMetric':'m'},'searchSpace':{},"
                                        + "'samplingAlgorithm':{'samplingAlgorithmType':'Grid'},"
                                        + "'trial':{'command':'true','environmentId':'e'}}}"));
        assertThat(sweep.status()).isEqualTo(400);
        assertThat(bench.get("/jobs/r1").status()).isEqualTo(404);
    }

    @Test
    void tagsOfAJobCanBeChangedButNotItsCommand() {
        bench.submit("tagged", "true", "'tags':{'a':'1'}");
        bench.ended("tagged");

        assertThat(bench.submit("tagged", "true", "'tags':{'b':'2'}").status()).isEqualTo(200);
        assertThat(bench.get("/jobs?tag=b=2").body().path("value").findValuesAsText("name"))
                .contains("tagged");
        assertThat(bench.submit("tagged", "false", "").status()).isEqualTo(409);
        assertThat(bench.azure().follow(HttpMethod.DELETE, bench.workspace() + "/jobs/tagged", ""))
                .isEqualTo("SUCCESSFULLY_COMPLETED");
        assertThat(bench.get("/jobs/tagged").status()).isEqualTo(404);
    }

    private static String refusal(Answer answer) {
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(400);
        return answer.body().path("error").path("message").asText();
    }
}
