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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the official client sends though nobody can mean it is refused, or warned of where somebody might. */
class HardlyMeantTest {

    private static final String JOB = "type: command\ncommand: echo\nenvironment: azureml:e:1\n";
    private static final String DEPLOYMENT = """
            $schema: https://azuremlschemas.azureedge.net/latest/%sOnlineDeployment.schema.json
            type: %s
            name: blue
            endpoint_name: iris
            %s
            """;
    private static final String SCHEDULE = """
            $schema: https://azuremlschemas.azureedge.net/latest/schedule.schema.json
            name: nightly
            create_job: azureml:train
            trigger: {%s}
            """;

    @TempDir
    Path project;

    @Test
    void aSchemaThatNamesNothingIsWarnedOfWhereTheTypeTellsTheKind() throws IOException {
        SpecCheck.Findings findings =
                check("$schema: https://azuremlschemas.azureedge.net/latest/commandJob.schem.json\n" + JOB);

        assertThat(findings.problems()).isEmpty();
        assertThat(lines(findings.warnings()))
                .containsExactly("AML-2101  spec.yml:1:10  '$schema' names no kind that is known:"
                        + " 'commandJob.schem.json'. Did you mean 'commandJob.schema.json'?"
                        + " The file is taken for a command-job.");
        assertThat(lines(check("$schema: https://json-schema.org/nothing.json\n" + JOB)
                        .warnings()))
                .singleElement()
                .asString()
                .startsWith("AML-2101  spec.yml:1:10  ")
                .doesNotContain("Did you mean");
    }

    @Test
    void oneBraceInACommandBindsNothing() throws IOException {
        assertThat(lines(check("type: command\ncommand: echo ${inputs.a}\nenvironment: azureml:e:1\ninputs: {a: 1}\n")
                        .problems()))
                .containsExactly("AML-2109  spec.yml:2:10  ${inputs.a} binds nothing. Did you mean '${{inputs.a}}'?");
        assertThat(lines(check("type: command\ncommand: echo ${outputs.a}\nenvironment: azureml:e:1\n")
                        .problems()))
                .singleElement()
                .asString()
                .startsWith("AML-2106  spec.yml:2:10  ${outputs.a}")
                .endsWith("did you mean '${{outputs.a}}'?");
        assertThat(lines(check(JOB + "tags: {row: \"${data.row}\"}\n").problems()))
                .singleElement()
                .asString()
                .startsWith("AML-2109  spec.yml:4:13  ${data.row} has no value here");
    }

    @Test
    void aStepBindsToItsPipelineAndMapsColumnsOfAFlow() throws IOException {
        String pipeline = """
                type: pipeline
                settings: {default_compute: azureml:cpu}
                inputs: {a: 1}
                jobs:
                  ask:
                    component: azureml:flow:1
                    inputs: {a: "%s"}
                """;

        assertThat(lines(check(pipeline.formatted("${inputs.a}")).problems()))
                .containsExactly(
                        "AML-2109  spec.yml:7:17  ${inputs.a} binds nothing. Did you mean '${{parent.inputs.a}}'?");
        assertThat(check(pipeline.formatted("${data.question}")).problems()).isEmpty();
    }

    @Test
    void aPromptFlowWritesOneBrace() throws IOException {
        assertThat(check("""
                        $schema: https://azuremlschemas.azureedge.net/promptflow/latest/Flow.schema.json
                        inputs: {question: {type: string}}
                        outputs: {answer: {type: string, reference: "${ask.output}"}}
                        nodes:
                        - {name: ask, type: python, inputs: {question: "${inputs.question}"}}
                        """).problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            resources: {instance_count: 0},       'spec.yml:4:29  ''instance_count'' is 0; it must be 1 or more'
            resources: {instance_count: -1},      'spec.yml:4:29  ''instance_count'' is -1; it must be 1 or more'
            limits: {timeout: -5},                'spec.yml:4:19  ''timeout'' is -5; it must be 0 or more'
            'distribution: {type: mpi, process_count_per_instance: 0}',  'spec.yml:4:55  ''process_count_per_instance'' must be 1 or more'
            """)
    void aJobNeedsNodesAndTime(String line, String why) throws IOException {
        assertThat(lines(check(JOB + line + "\n").problems()))
                .singleElement()
                .asString()
                .contains(why);
    }

    @Test
    void noTimeAtAllIsWarnedOf() throws IOException {
        SpecCheck.Findings findings = check(JOB + "limits: {timeout: 0}\n");

        assertThat(findings.problems()).isEmpty();
        assertThat(lines(findings.warnings()))
                .singleElement()
                .asString()
                .startsWith("AML-2106  spec.yml:4:19  'timeout' is 0");
    }

    @Test
    void aDeploymentOfNoInstancesIsRefusedOrWarnedOf() throws IOException {
        SpecCheck.Findings managed =
                check(DEPLOYMENT.formatted("managed", "managed", "instance_type: Standard_DS3_v2\ninstance_count: 0"));
        SpecCheck.Findings kubernetes = check(DEPLOYMENT.formatted("kubernetes", "kubernetes", "instance_count: 0"));

        assertThat(lines(managed.problems()))
                .containsExactly("AML-2106  spec.yml:6:17  'instance_count' is 0; it must be 1 or more");
        assertThat(kubernetes.problems()).isEmpty();
        assertThat(lines(kubernetes.warnings()))
                .containsExactly("AML-2106  spec.yml:5:17  'instance_count' is 0; it must be 1 or more");
    }

    @Test
    void aScaleGoesUpwards() throws IOException {
        assertThat(lines(check(DEPLOYMENT.formatted(
                                "kubernetes",
                                "kubernetes",
                                "scale_settings: {type: target_utilization, min_instances: 5, max_instances: 2,"
                                        + " target_utilization_percentage: 120}"))
                        .problems()))
                .containsExactly(
                        "AML-2106  spec.yml:5:59  'min_instances' is 5 but 'max_instances' only 2",
                        "AML-2106  spec.yml:5:111  'target_utilization_percentage' is 120; it is a percentage from 1 to"
                                + " 100");
        assertThat(lines(check("name: cpu\ntype: amlcompute\nmin_instances: 3\nmax_instances: 1\n")
                        .problems()))
                .containsExactly("AML-2106  spec.yml:3:16  'min_instances' is 3 but 'max_instances' only 1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            61 1 * * *     | '61 1 * * *' has '61' for the minutes
            0 24 * * *     | '0 24 * * *' has '24' for the hours
            0 1 * * noday  | has 'noday' for the days of the week
            0 1 * * 7      | has '7' for the days of the week; they are 0 to 6
            0 1 * * sundae | has 'sundae' for the days of the week
            0 1 * * 1-7    | has '1-7' for the days of the week
            every night    | 'every night' has 2 fields; a cron expression has 5
            0 0 1 * * *    | has 6 fields
            */0 * * * *    | has '*/0' for the minutes
            """)
    void whatIsNoCronExpressionIsNamed(String expression, String why) throws IOException {
        assertThat(lines(check(SCHEDULE.formatted("type: cron, expression: \"" + expression + "\""))
                        .problems()))
                .singleElement()
                .asString()
                .startsWith("AML-2106  spec.yml:4:35  ")
                .contains(why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            0 1 * * *
            */15 8-18 * * 1-5
            0,30 6 * * MON-FRI
            0 0/2 * * sunday
            0 0 * * Thurs
            """)
    void aCronExpressionIsFine(String expression) throws IOException {
        SpecCheck.Findings findings = check(SCHEDULE.formatted("type: cron, expression: \"" + expression + "\""));

        assertThat(findings.problems()).isEmpty();
        assertThat(findings.warnings()).isEmpty();
    }

    @Test
    void daysThatASchedulePassesOverAreWarnedOf() throws IOException {
        SpecCheck.Findings findings = check(SCHEDULE.formatted("type: cron, expression: \"0 1 15 * *\""));

        assertThat(findings.problems()).isEmpty();
        assertThat(lines(findings.warnings()))
                .singleElement()
                .asString()
                .startsWith("AML-2106  spec.yml:4:35  ")
                .contains("type recurrence");
    }

    @Test
    void aRecurrenceStaysWithinTheDay() throws IOException {
        assertThat(lines(check(SCHEDULE.formatted("type: recurrence, frequency: day, interval: 0,"
                                + " schedule: {hours: [4, 25], minutes: 60}"))
                        .problems()))
                .containsExactly(
                        "AML-2106  spec.yml:4:55  'interval' is 0; it must be 1 or more",
                        "AML-2106  spec.yml:4:80  'hours' is 25; it must be 0 to 23",
                        "AML-2106  spec.yml:4:94  'minutes' is 60; it must be 0 to 59");
    }

    @Test
    void aLabelThatIsNoneIsNamed() throws IOException {
        assertThat(lines(check("type: command\ncommand: echo\nenvironment: azureml:e@latst\n")
                        .problems()))
                .containsExactly("AML-2108  spec.yml:3:14  'azureml:e@latst' has the label 'latst'."
                        + " Did you mean '@latest'?");
        assertThat(lines(check("name: d\ntype: uri_file\npath: azureml:x@Latest\n")
                        .problems()))
                .anyMatch(line -> line.startsWith("AML-2108  spec.yml:3:7  ") && line.endsWith("'@latest'?"));
    }

    @ParameterizedTest
    @CsvSource({"latest", "prod", "2024"})
    void whoOwnsAnAssetNamesItsLabels(String label) throws IOException {
        SpecCheck.Findings findings = check("type: command\ncommand: echo\nenvironment: azureml:e@" + label + "\n");

        assertThat(findings.problems()).isEmpty();
        assertThat(findings.warnings()).isEmpty();
    }

    @Test
    void aTypeThatIsMisspeltHidesNoOtherProblem() throws IOException {
        assertThat(lines(check("type: comand\ncomand: echo\nenvironment: azureml:e:1\n")
                        .problems()))
                .containsExactly(
                        "AML-2105  spec.yml:1:1  the key 'command' is missing",
                        "AML-2101  spec.yml:1:7  'type' names no kind that is known: 'comand'. Did you mean 'command'?",
                        "AML-2103  spec.yml:2:1  unknown key 'comand'. Did you mean 'command'?");
        assertThat(lines(check(JOB + "distribution: {type: pytroch, process_count: 2}\n")
                        .problems()))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("AML-2106  spec.yml:4:22  'type' is 'pytroch'")
                                .endsWith("Did you mean 'pytorch'?"),
                        line -> assertThat(line).startsWith("AML-2103  spec.yml:4:31  unknown key 'process_count'"));
    }

    private SpecCheck.Findings check(String text) throws IOException {
        Path file = Files.writeString(project.resolve("spec.yml"), text);
        return new SpecCheck(new SpecReader()).findings(List.of(file), project);
    }

    private static List<String> lines(List<Problem> problems) {
        return problems.stream().map(Problem::toString).toList();
    }
}
