package io.github.amlmaven.core.testing;

/** Files that say what scenarios of {@link Traces} were recorded of; they refer to {@code src/train.py} and {@code src/score.py}. */
public final class RecordedSpecs {

    /** {@code job.command.submit}. */
    public static final String COMMAND_JOB = """
            $schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json
            command: python train.py --data ${{inputs.data}} --lr ${{inputs.lr}} --out ${{outputs.model}}
            code: src
            environment: azureml:e1:1
            compute: azureml:cpu
            display_name: dn
            experiment_name: exp1
            inputs:
              data: {type: uri_folder, path: azureml:d1:1}
              lr: 0.1
            outputs:
              model: {type: mlflow_model, name: m9}
            limits: {timeout: 3600}
            resources: {instance_count: 1}
            """;

    /** {@code job.pipeline.submit}: a registered component, and a step that is written out. */
    public static final String PIPELINE_JOB = """
            type: pipeline
            display_name: pipe1
            experiment_name: exp1
            settings: {default_compute: azureml:cpu}
            inputs:
              data: {type: uri_folder, path: azureml:d1:1}
              lr: 0.2
            outputs:
              model: {type: uri_folder}
            jobs:
              train:
                type: command
                component: azureml:train_comp:1
                inputs: {lr: "${{parent.inputs.lr}}", data: "${{parent.inputs.data}}"}
                outputs: {out: "${{parent.outputs.model}}"}
              inline:
                type: command
                command: python train.py --d ${{inputs.d}}
                code: src
                environment: azureml:e1:1
                inputs: {d: "${{parent.jobs.train.outputs.out}}"}
            """;

    /** {@code online.deployment.create.blue}. */
    public static final String ONLINE_DEPLOYMENT = """
            $schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
            name: blue
            endpoint_name: ep-one
            model: azureml:m1:1
            environment: azureml:e1:1
            code_configuration: {code: src, scoring_script: score.py}
            instance_type: Standard_DS3_v2
            instance_count: 1
            environment_variables: {A: b}
            liveness_probe: {initial_delay: 10}
            request_settings: {request_timeout_ms: 5000}
            """;

    /** {@code k8s.deployment.create}. */
    public static final String KUBERNETES_DEPLOYMENT = """
            $schema: https://azuremlschemas.azureedge.net/latest/kubernetesOnlineDeployment.schema.json
            type: kubernetes
            name: blue
            endpoint_name: kep
            instance_count: 1
            model: azureml:m1:1
            environment: azureml:e1:1
            code_configuration: {code: src, scoring_script: score.py}
            resources:
              requests: {cpu: "0.1", memory: 0.2Gi}
              limits: {cpu: "1", memory: 1Gi}
            """;

    /** {@code batch.deployment.create.model}. */
    public static final String BATCH_DEPLOYMENT = """
            $schema: https://azuremlschemas.azureedge.net/latest/modelBatchDeployment.schema.json
            name: dep1
            endpoint_name: bep
            type: model
            model: azureml:m1:1
            environment: azureml:e1:1
            code_configuration: {code: src, scoring_script: score.py}
            compute: azureml:cpu
            resources: {instance_count: 2}
            settings:
              mini_batch_size: 10
              max_concurrency_per_instance: 1
              output_action: append_row
              output_file_name: p.csv
              retry_settings: {max_retries: 3, timeout: 30}
              logging_level: info
            """;

    /** {@code component.create}. */
    public static final String COMMAND_COMPONENT = """
            $schema: https://azuremlschemas.azureedge.net/latest/commandComponent.schema.json
            type: command
            name: train_comp
            version: 1
            code: src
            command: python train.py --lr ${{inputs.lr}} --data ${{inputs.data}} --out ${{outputs.out}}
            environment: azureml:e1:1
            inputs:
              lr: {type: number, default: 0.1}
              data: {type: uri_folder}
            outputs:
              out: {type: uri_folder}
            """;

    private RecordedSpecs() {}
}
