package io.github.amlmaven.core.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What newcomers get wrong most often: the message says what to write instead, at the place where to write it. */
class CommonMistakesTest {

    private static final String JOB = "type: command\ncommand: python train.py\n";

    @TempDir
    Path project;

    @Test
    void anEnvironmentWithoutAzuremlIsNoFile() throws IOException {
        assertThat(check(JOB + "environment: sklearn\n"))
                .containsExactly(
                        "AML-2201  spec.yml:3:14  'sklearn' does not exist as a file; of the workspace's environments"
                                + " write azureml:sklearn@latest or azureml:sklearn:<version>");
    }

    @Test
    void whatIsNotIndentedIsToldWithTheKeyAbove() throws IOException {
        assertThat(check(JOB + "environment:\nimage: ubuntu\n"))
                .containsExactly(
                        "AML-2104  spec.yml:3:13  expected a reference such as azureml:name:version or a mapping but found"
                                + " nothing; remove the key or give it a value",
                        "AML-2103  spec.yml:4:1  unknown key 'image'; if it belongs to 'environment' above, indent it");
    }

    @Test
    void aDistributionHasAType() throws IOException {
        assertThat(check(JOB + "environment: azureml:e:1\ndistribution: pytorch\n"))
                .containsExactly(
                        "AML-2104  spec.yml:4:15  expected a mapping but found 'pytorch'; write {type: pytorch}");
    }

    @Test
    void aWordThatIsTheBeginningOfOneValueOnlyIsMeant() throws IOException {
        assertThat(check("$schema: https://azuremlschemas.azureedge.net/latest/model.schema.json\nname: m\n"
                        + "type: mlflow\npath: azureml://datastores/blob/paths/m\n"))
                .singleElement()
                .asString()
                .startsWith("AML-2106  spec.yml:3:7  'mlflow' is not one of")
                .endsWith("Did you mean 'mlflow_model'?");
    }

    @Test
    void aUriOfNoCollectionLeadsNowhere() throws IOException {
        assertThat(check("name: d\ntype: uri_folder\npath: azureml://datastore/blob/paths/x\n"))
                .containsExactly(
                        "AML-2108  spec.yml:3:7  'azureml://datastore/blob/paths/x' leads nowhere: 'datastore' is no"
                                + " collection. Did you mean 'datastores'?");
    }

    @Test
    void aPipelineDeploymentRunsAComponentWhateverAScheduleCallsIt() throws IOException {
        assertThat(check(
                        "$schema: https://azuremlschemas.azureedge.net/latest/pipelineComponentBatchDeployment.schema.json\n"
                                + "name: chain\nendpoint_name: wine-batch\ntype: pipeline\njob: azureml:chain:1\n"))
                .containsExactlyInAnyOrder(
                        "AML-2103  spec.yml:5:1  unknown key 'job'. Did you mean 'component'?",
                        "AML-2105  spec.yml:1:1  one of the keys 'component', 'job_definition' is missing");
    }

    @Test
    void anInputThatIsFarFromAllIsToldWithThoseThereAre() throws IOException {
        assertThat(check("type: command\ncommand: echo ${{inputs.learning_rate}}\nenvironment: azureml:e:1\n"
                        + "inputs: {lr: 0.1}\n"))
                .containsExactly(
                        "AML-2109  spec.yml:2:10  ${{inputs.learning_rate}} names no entry of 'inputs'; known here:"
                                + " lr");
    }

    @Test
    void theWordAfterAStepIsOneOfTwo() throws IOException {
        assertThat(check("""
                        type: pipeline
                        settings: {default_compute: azureml:cpu}
                        jobs:
                          a: {component: "azureml:c:1"}
                          b: {component: "azureml:c:1", inputs: {x: "${{parent.jobs.a.output.y}}"}}
                        """))
                .containsExactly(
                        "AML-2109  spec.yml:5:45  ${{parent.jobs.a.output.y}} binds nothing: 'output' is no word of a"
                                + " binding. Did you mean 'outputs'?");
    }

    @Test
    void aColonInATextIsToldInOtherWordsThanTheParsers() throws IOException {
        assertThat(check("type: command\ncommand: echo hi: there\nenvironment: azureml:e:1\n"))
                .singleElement()
                .asString()
                .startsWith("AML-2001  spec.yml:2:17  a ': ' stands in a text without quotes");
    }

    @Test
    void aQuoteThatIsNotClosedIsShownWhereItOpens() throws IOException {
        assertThat(check(JOB + "environment: \"azureml:e:1\ncompute: cpu\n"))
                .containsExactly("AML-2001  spec.yml:3:14  the quote that opens here is never closed");
    }

    private List<String> check(String text) throws IOException {
        Path file = Files.writeString(project.resolve("spec.yml"), text);
        return new SpecCheck(new SpecReader())
                .check(List.of(file), project).stream().map(Object::toString).toList();
    }
}
