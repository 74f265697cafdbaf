package io.github.amlmaven.core.error;

/**
 * Every error this product can report. The error catalogue of the documentation is generated from this table, so a
 * code keeps its meaning once it has been released.
 *
 * <p>Ranges: 1xxx configuration and identity, 2xxx files of the project, 3xxx Azure Resource Manager and workspace,
 * 4xxx storage and registry, 5xxx Python and images, 6xxx jobs and pipelines, 7xxx deployment and scoring, 9xxx local
 * machine.
 */
public enum ErrorCode {
    WORKSPACE_NOT_CONFIGURED(
            1001,
            Fault.USER,
            "No workspace is configured",
            "Run 'mvn aml:attach' or set -Daml.workspace, -Daml.resourceGroup and -Daml.subscriptionId."),
    CONFIGURATION_INVALID(1002, Fault.USER, "A parameter has an unusable value", ""),
    OFFLINE(
            1003,
            Fault.USER,
            "The goal needs the network and Maven runs offline",
            "Leave out -o, or use -Daml.cloud=local."),
    CREDENTIAL_UNAVAILABLE(
            1101,
            Fault.USER,
            "No credential of the chain could get a token",
            "Run 'mvn aml:whoami' to see what each link of the chain said."),
    CREDENTIAL_REFUSED(
            1102,
            Fault.USER,
            "The credential was refused",
            "Check the client id, secret and tenant of the settings.xml server entry."),

    FILES_INVALID(
            2000,
            Fault.USER,
            "Files have mistakes of several kinds",
            "Mend each line listed; it begins with its own code."),
    YAML_SYNTAX(2001, Fault.USER, "The file is not well-formed YAML", ""),
    YAML_LIMIT(2002, Fault.USER, "The file exceeds a safety limit (size, depth, aliases)", ""),
    YAML_DUPLICATE_KEY(2003, Fault.USER, "A key stands twice in one mapping", "Keep one of the two."),
    YAML_TAG(2004, Fault.USER, "Object tags are not allowed", "Write plain YAML without '!!' or '!' tags."),
    YAML_ENCODING(2005, Fault.USER, "The file is not UTF-8", "Save the file as UTF-8."),
    SPEC_KIND_UNKNOWN(
            2101,
            Fault.USER,
            "The kind of the file cannot be told",
            "Add '$schema: https://azuremlschemas.azureedge.net/latest/<kind>.schema.json'."),
    SPEC_UNKNOWN_KEY(2103, Fault.USER, "A key is not part of the schema", ""),
    SPEC_WRONG_TYPE(2104, Fault.USER, "A value has the wrong type", ""),
    SPEC_MISSING_KEY(2105, Fault.USER, "A required key is missing", ""),
    SPEC_BAD_VALUE(2106, Fault.USER, "A value is not allowed here", ""),
    SPEC_BAD_NAME(2107, Fault.USER, "A name breaks the service's rules", ""),
    SPEC_BAD_REFERENCE(2108, Fault.USER, "A reference points to nothing", ""),
    SPEC_BAD_BINDING(2109, Fault.USER, "A pipeline binding names no input or output", ""),
    SPEC_CYCLE(2110, Fault.USER, "Steps depend on each other in a cycle", ""),
    SPEC_UNSUPPORTED(2111, Fault.USER, "The construct has no equivalent", ""),
    FILE_MISSING(
            2201,
            Fault.USER,
            "A file or folder does not exist",
            "Create it or mend the path: in a YAML file it starts from that file's folder, elsewhere from the project's."),
    FILE_OUTSIDE_PROJECT(2202, Fault.USER, "A path leads outside the project", "Move the file into the project."),
    FILE_CHANGED(
            2203,
            Fault.WORLD,
            "A file changed while it was read",
            "Run the goal again when nothing writes to the folder."),
    FILE_EXISTS(
            2204,
            Fault.USER,
            "A file that is to be written is there already",
            "Set -Daml.convert.overwrite to replace it, or -Daml.convert.targetDirectory to write elsewhere."),

    ARM_UNREACHABLE(
            3001,
            Fault.WORLD,
            "Azure Resource Manager cannot be reached",
            "Check the network, the proxy and -Daml.cloud."),
    ARM_UNAUTHORIZED(
            3002,
            Fault.USER,
            "The service does not accept the token (401)",
            "Run 'mvn aml:whoami' and compare the tenant."),
    ARM_FORBIDDEN(3003, Fault.USER, "The identity lacks a permission (403)", "Ask for the role named in the message."),
    ARM_NOT_FOUND(3004, Fault.USER, "The resource does not exist (404)", ""),
    ARM_CONFLICT(
            3005,
            Fault.WORLD,
            "Another change is under way or the resource exists already (409)",
            "Run the goal again when the other change has ended."),
    ARM_THROTTLED(3006, Fault.WORLD, "The service asks to slow down (429)", "Run the goal again later."),
    ARM_BAD_REQUEST(
            3007,
            Fault.USER,
            "The service refuses the request (400)",
            "Mend what the service names: it stands in the YAML files or parameters of the goal."),
    ARM_SERVER_ERROR(
            3008, Fault.WORLD, "The service failed (5xx)", "Run the goal again; every goal can be repeated safely."),
    OPERATION_FAILED(3009, Fault.WORLD, "The long-running operation ended badly", ""),
    OPERATION_TIMEOUT(
            3010,
            Fault.WORLD,
            "The operation did not end in time",
            "Run the goal again: it takes the operation up where it stands."),
    OPERATION_INTERRUPTED(
            3011,
            Fault.WORLD,
            "The build was stopped while the goal was at work or waited",
            "Run the goal again: it takes the operation up where it stands."),

    MODEL_VERSION_TAKEN(
            3101,
            Fault.USER,
            "The model version exists with other content",
            "Raise 'version' in the model's YAML, or leave it out so that the service counts on."),

    EVALUATION_UNDECIDED(
            3102,
            Fault.USER,
            "The evaluation cannot decide: a figure or a model to compare with is missing",
            "Log the metric in the job; let <against> name a registered version that has it as a tag metric.<name>."),

    SOURCE_CONTROL_REFUSED(
            3201,
            Fault.USER,
            "Azure DevOps or GitHub refuses the token",
            "Give the token the scope that the message names."),
    SOURCE_CONTROL_NOT_FOUND(
            3202,
            Fault.USER,
            "The repository, pull request or commit does not exist, or the token does not see it",
            ""),
    SOURCE_CONTROL_FAILED(
            3203,
            Fault.WORLD,
            "Azure DevOps or GitHub cannot be reached or failed",
            "Run 'mvn aml:pr-status' again; what was told already is changed, not told twice."),

    STORAGE_FAILED(
            4001,
            Fault.WORLD,
            "Blob storage could not be read or written",
            "Run the goal again; blocks of large files that arrived are not sent twice."),
    REGISTRY_UNREACHABLE(
            4101,
            Fault.WORLD,
            "The container registry cannot be reached",
            "Check the registry's host name, the network and the proxy; a registry that is not Azure's needs TLS and"
                    + " -Daml.image.registryServerId."),
    REGISTRY_REFUSED(
            4102,
            Fault.USER,
            "The container registry refuses the credential",
            "The identity needs AcrPush (to push) or AcrPull (to pull); for a registry that is not Azure's,"
                    + " -Daml.image.registryServerId names user and password in settings.xml."),
    IMAGE_NOT_FOUND(4103, Fault.USER, "The image does not exist in the registry", ""),
    IMAGE_DIGEST_MISMATCH(
            4104,
            Fault.WORLD,
            "The image in the registry has another digest",
            "Do not use the image; run the goal again."),

    PYTHON_NOT_FOUND(
            5001,
            Fault.USER,
            "No usable Python interpreter was found",
            "Install Python 3.10 or later with venv, or set -Daml.python=/path/to/python3."),
    PYTHON_DEPENDENCIES(5002, Fault.USER, "The Python dependencies cannot be resolved", ""),
    PYTHON_TESTS_FAILED(5003, Fault.USER, "Python tests failed", "See target/surefire-reports."),
    BASE_IMAGE_UNAVAILABLE(
            5101,
            Fault.WORLD,
            "The base image cannot be pulled",
            "Set -Daml.image.base to an image that can be reached or to host (this machine's Python), or import it"
                    + " with 'mvn aml:acr-import'."),
    BASE_IMAGE_UNSUITABLE(5102, Fault.USER, "The base image does not fit", ""),
    IMAGE_BUILD_FAILED(5103, Fault.WORLD, "The image cannot be built", ""),
    SCORING_SCRIPT_INVALID(
            5104,
            Fault.USER,
            "The scoring script does not keep the contract",
            "score.py must define init() and run(data)."),

    JOB_FAILED(6001, Fault.USER, "The job ended as Failed", ""),
    JOB_CANCELED(6002, Fault.WORLD, "The job was canceled", ""),
    JOB_TIMEOUT(
            6003,
            Fault.WORLD,
            "The job did not end in time",
            "Run 'mvn aml:run' again with a larger limit, for example -Daml.run.timeout=4h; the job goes on."),
    JOB_OUTPUT_EMPTY(
            6004,
            Fault.USER,
            "A completed job wrote nothing to one of its outputs",
            "Write the files to the path that ${{outputs.<name>}} becomes in the command."),
    PIPELINE_NOT_FOUND(
            6101,
            Fault.USER,
            "The published pipeline or version does not exist",
            "Publish it with 'mvn aml:publish-pipeline'."),

    DEPLOYMENT_FAILED(7001, Fault.WORLD, "The deployment failed", ""),
    DEPLOYMENT_NOT_READY(7002, Fault.WORLD, "The deployed model does not answer", ""),
    DEPLOYMENT_UNSERVABLE(
            7003,
            Fault.USER,
            "The deployment's code, model, environment or size keeps it from serving",
            "Mend what the log names and run the goal again."),
    OUT_OF_QUOTA(
            7004,
            Fault.USER,
            "The subscription or the workspace has too few cores of the size's family left",
            "Ask for fewer instances or another instance_type, delete deployments that nobody uses, or request more quota:"
                    + " https://aka.ms/oe-tsg#error-outofquota."),
    CLUSTER_UNREACHABLE(7101, Fault.WORLD, "The Kubernetes cluster cannot be reached", ""),
    CLUSTER_REFUSED(7102, Fault.USER, "The Kubernetes cluster refuses the object", ""),
    ROUTE_REFUSED(
            7103,
            Fault.USER,
            "The cluster's gateway does not serve the route",
            "Mend what the gateway names; 'kubectl describe httproute' shows its conditions. A route on the wrong gateway is moved"
                    + " by the next 'mvn aml:deploy-aks -Daml.deploy.gateway=<namespace>/<name>'."),
    SCORING_FAILED(7201, Fault.USER, "The scoring request failed", ""),
    SCORING_UNEXPECTED(7202, Fault.USER, "The model's answer is not the expected one", ""),
    SCORING_KEY_WITHHELD(
            7203,
            Fault.USER,
            "The scoring key is not sent to this address",
            "Use the deployment's own scoring URI, or an https one."),
    SCORING_UNREACHABLE(7204, Fault.WORLD, "The scoring address does not answer", ""),

    CANARY_FAILED(7301, Fault.USER, "The canary has failed: the candidate is worse than its judges allow", ""),
    CANARY_INCONCLUSIVE(
            7302,
            Fault.USER,
            "The canary could not decide, so the candidate does not go live",
            "Give it more time or requests: bake, probe.interval, minimum_samples."),
    RELEASE_HELD(
            7303,
            Fault.WORLD,
            "Another build is releasing at the same place",
            "Wait for its end, or take the traffic back with 'mvn aml:rollback'."),
    RELEASE_LOST(
            7304,
            Fault.WORLD,
            "Somebody else has changed the traffic during a release; it stays as they have set it",
            "Look at the traffic, then run the goal again."),
    RELEASE_NOT_RESTORED(
            7305,
            Fault.WORLD,
            "The traffic could not be put back as it was",
            "Run 'mvn aml:rollback' as soon as the service answers: what to go back to is noted on the endpoint itself."),
    PLAN_UNREADABLE(8001, Fault.USER, "The saved plan cannot be read", "Make a new one with 'mvn aml:plan'."),
    PLAN_OUTDATED(
            8002,
            Fault.USER,
            "The saved plan does not fit any more; nothing was changed",
            "Look at what would be done now with 'mvn aml:plan', then apply that."),

    PLAN_GOAL_FAILED(8003, Fault.USER, "The goal that is planned or applied failed", ""),

    LOCAL_IO(9001, Fault.WORLD, "A local file cannot be read or written", "Check free space and permissions."),
    PROCESS_FAILED(9002, Fault.WORLD, "A program of this machine did not run to its end", ""),
    EMULATOR_FAILED(9101, Fault.WORLD, "The emulator cannot be started", ""),
    INTERNAL(
            9999,
            Fault.WORLD,
            "An unexpected error: a defect of this plugin",
            "Run again with -e and report it with the stack trace.");

    /** Whose mistake an error is. */
    public enum Fault {
        /** The user can mend it: configuration, files, permissions. */
        USER,
        /** Network, service or machine. */
        WORLD
    }

    private final int number;
    private final Fault fault;
    private final String title;
    private final String remedy;

    ErrorCode(int number, Fault fault, String title, String remedy) {
        this.number = number;
        this.fault = fault;
        this.title = title;
        this.remedy = remedy;
    }

    /** The code as it is printed and searched for: {@code AML-1234}. */
    public String id() {
        return "AML-" + number;
    }

    public Fault fault() {
        return fault;
    }

    /** What it means in general; a message says it for the case at hand. */
    public String title() {
        return title;
    }

    /** What to do in general; empty when only the case can tell. */
    public String remedy() {
        return remedy;
    }
}
