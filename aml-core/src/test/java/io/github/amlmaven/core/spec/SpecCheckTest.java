package io.github.amlmaven.core.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All mistakes of a project come at once, each with its place and what would be right. */
class SpecCheckTest {

    @TempDir
    Path folder;

    @Test
    void anUnknownKeyIsNamedWithTheOneThatIsMeant() throws IOException {
        assertThat(check("name: my-endpoint\nauth_mode: key\ntrafic: {blue: 100}\n"))
                .containsExactly("AML-2103  spec.yml:3:1  unknown key 'trafic'. Did you mean 'traffic'?");
    }

    @Test
    void allProblemsOfAFileComeTogether() throws IOException {
        assertThat(check("""
                        $schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
                        name: 1blue
                        endpoint_name: my--very-long-endpoint-name-that-never-ends
                        model: iris
                        instance_count: two
                        instance_typ: Standard_DS3_v2
                        code_configuration: {code: ../../outside, scoring_script: score.py}
                        environment: azureml:e:1
                        """))
                .anyMatch(line -> line.startsWith("AML-2107  spec.yml:2:7"))
                .anyMatch(line -> line.startsWith("AML-2107  spec.yml:3:16") && line.contains("3 to 32"))
                .anyMatch(line -> line.startsWith("AML-2201  spec.yml:4:8"))
                .anyMatch(line -> line.startsWith("AML-2104  spec.yml:5:17") && line.contains("whole number"))
                .anyMatch(line -> line.startsWith("AML-2103  spec.yml:6:1") && line.contains("'instance_type'"))
                .anyMatch(line -> line.startsWith("AML-2202  spec.yml:7:28"))
                .anyMatch(line -> line.startsWith("AML-2105  spec.yml:1:1") && line.contains("'instance_type'"))
                .hasSize(7);
    }

    @Test
    void aScoringScriptThatIsNotInTheCodeFolderIsMissed() throws IOException {
        Files.createDirectory(folder.resolve("src"));
        Files.writeString(folder.resolve("src/scoring.py"), "");

        assertThat(check("""
                        $schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
                        name: blue
                        endpoint_name: iris
                        code_configuration: {code: src, scoring_script: score.py}
                        instance_type: Standard_DS3_v2
                        """))
                .containsExactly("AML-2201  spec.yml:4:49  'score.py' does not exist in the code folder 'src'");
    }

    @Test
    void whatTheBuildMakesNeedNotExistYet() throws IOException {
        Path file = Files.writeString(
                folder.resolve("model.yml"), "type: custom_model\nname: m\npath: target/aml/outputs/model\n");
        SpecCheck check = new SpecCheck(new SpecReader());

        assertThat(check.check(List.of(file), folder)).hasSize(1);
        assertThat(check.withBuildDirectory(folder.resolve("target")).check(List.of(file), folder))
                .isEmpty();
    }

    @Test
    void aLinkThatLeavesTheProjectIsRefused() throws IOException {
        Path project = Files.createDirectory(folder.resolve("project"));
        Files.writeString(folder.resolve("model.pkl"), "m");
        Files.createSymbolicLink(project.resolve("model.pkl"), folder.resolve("model.pkl"));
        Path file = Files.writeString(project.resolve("model.yml"), "type: custom_model\nname: m\npath: model.pkl\n");

        assertThat(lines(new SpecCheck(new SpecReader()).check(List.of(file), project)))
                .singleElement()
                .asString()
                .startsWith("AML-2202  model.yml:3:7");
    }

    @Test
    void aMisspeltKeyDoesNotHideWhatTheFileIs() throws IOException {
        assertThat(check("""
                        steps:
                        - traffic: 100
                        jugdes:
                        - type: error_rate
                          maximum: 0.1
                        """))
                .anyMatch(line -> line.startsWith("AML-2103  spec.yml:3:1  unknown key 'jugdes'")
                        && line.endsWith("Did you mean 'judges'?"))
                .noneMatch(line -> line.contains("$schema"));
        assertThat(check("""
                        name: wine
                        auth_mod: key
                        """))
                .containsExactly("AML-2103  spec.yml:2:1  unknown key 'auth_mod'. Did you mean 'auth_mode'?");
    }

    @Test
    void aKindThatCannotBeToldIsAskedFor() throws IOException {
        assertThat(check("nome: x\n"))
                .singleElement()
                .asString()
                .contains("AML-2101")
                .contains("$schema");
        assertThat(check("""
                        $schema: https://azuremlschemas.azureedge.net/latest/comandJob.schema.json
                        command: echo
                        enviroment: azureml:e:1
                        """))
                .anyMatch(line -> line.startsWith("AML-2101  spec.yml:1:10  ")
                        && line.endsWith("Did you mean 'commandJob.schema.json'?"))
                .anyMatch(line ->
                        line.startsWith("AML-2103  spec.yml:3:1  ") && line.endsWith("Did you mean 'environment'?"))
                .anyMatch(line -> line.startsWith("AML-2105  spec.yml:1:1  ") && line.contains("'environment'"))
                .hasSize(3);
    }

    @Test
    void bindingsMustNameWhatExists() throws IOException {
        Files.writeString(folder.resolve("train.yml"), """
                type: command
                name: train
                version: 1
                command: echo ${{inputs.lr}} ${{inputs.data}}
                environment: azureml:e:1
                inputs: {lr: {type: number}, data: {type: uri_folder}}
                outputs: {model: {type: mlflow_model}}
                """);

        assertThat(check("""
                        type: pipeline
                        inputs: {raw: {type: uri_folder, path: "azureml:d:1"}}
                        jobs:
                          prep:
                            command: echo ${{inputs.rav}}
                            environment: azureml:e:1
                            inputs: {raw: "${{parent.inputs.rwa}}"}
                            outputs: {clean: {type: uri_folder}}
                          train:
                            component: ./train.yml
                            inputs: {lr: "${{parent.inputs.raw}}", data: "${{parent.jobs.prep.outputs.cleaned}}"}
                            outputs: {model: "${{parent.outputs.model}}"}
                          again:
                            component: ./train.yml
                            inputs: {data: "${{parent.jobs.pre.outputs.clean}}"}
                        """))
                .anyMatch(line -> line.contains("spec.yml:5:14") && line.contains("Did you mean 'raw'?"))
                .anyMatch(
                        line -> line.contains("spec.yml:7:19") && line.contains("no input 'rwa'. Did you mean 'raw'?"))
                .anyMatch(line -> line.contains("spec.yml:11:18") && line.contains("of type uri_folder"))
                .anyMatch(line -> line.contains("spec.yml:11:50") && line.contains("no output 'cleaned'"))
                .anyMatch(line -> line.contains("spec.yml:12:22") && line.contains("no output 'model'"))
                .anyMatch(line -> line.contains("spec.yml:14:16") && line.contains("needs the input 'lr'"))
                .anyMatch(
                        line -> line.contains("spec.yml:15:20") && line.contains("no step 'pre'. Did you mean 'prep'?"))
                .hasSize(7);
    }

    @Test
    void stepsThatWaitForEachOtherAreShownAsACycle() throws IOException {
        assertThat(check("""
                        type: pipeline
                        jobs:
                          a:
                            command: echo
                            environment: azureml:e:1
                            inputs: {x: "${{parent.jobs.b.outputs.o}}"}
                            outputs: {o: {type: uri_folder}}
                          b:
                            command: echo
                            environment: azureml:e:1
                            inputs: {x: "${{parent.jobs.a.outputs.o}}"}
                            outputs: {o: {type: uri_folder}}
                        """)).singleElement().asString().startsWith("AML-2110").contains("a -> b -> a");
    }

    @Test
    void aComponentThatContainsItselfIsShownAsACycle() throws IOException {
        assertThat(check("type: pipeline\njobs:\n  a: {type: pipeline, component: ./spec.yml}\n"))
                .singleElement()
                .asString()
                .contains("spec.yml -> spec.yml");
    }

    @Test
    void problemsOfReferencedFilesAreReportedToo() throws IOException {
        Files.writeString(folder.resolve("env.yml"), "name: e\nimage: x\nimagee: y\n");

        assertThat(check("type: command\ncommand: echo\nenvironment: file:env.yml\n"))
                .singleElement()
                .asString()
                .contains("env.yml:3:1");
    }

    @Test
    void anExpressionThatIsNotClosedIsNamed() throws IOException {
        assertThat(check("type: command\ncommand: echo ${{inputs.x\nenvironment: azureml:e:1\ninputs: {x: 1}\n"))
                .singleElement()
                .asString()
                .contains("spec.yml:2:10")
                .contains("not closed");
    }

    @Test
    void textThatYamlReadsAsSomethingElseMustBeQuotedAsForTheOfficialClient() throws IOException {
        assertThat(
                        check(
                                "type: uri_file\nname: no\nversion: 012\npath: https://x/y\ndescription: 1e3\ntags: {a: yes}\n"))
                .singleElement()
                .asString()
                .contains("spec.yml:2:7")
                .contains("\"no\"");
        assertThat(check("type: uri_file\nname: 'no'\npath: https://x/y\n")).isEmpty();
    }

    @Test
    void tooManyInstancesForADistributionAreNamed() throws IOException {
        assertThat(check("""
                        type: command
                        command: echo
                        environment: azureml:e:1
                        resources: {instance_count: 2}
                        distribution: {type: tensorflow, worker_count: 3, parameter_server_count: 1}
                        """)).singleElement().asString().contains("needs 4 instances");
    }

    private List<String> check(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("spec.yml"), text);
        return lines(new SpecCheck(new SpecReader()).check(List.of(file), folder));
    }

    private static List<String> lines(List<Problem> problems) {
        return problems.stream().map(Problem::toString).toList();
    }
}
