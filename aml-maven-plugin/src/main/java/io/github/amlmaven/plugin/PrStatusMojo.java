package io.github.amlmaven.plugin;

import com.azure.core.http.HttpClient;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.job.JobStanding;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.pullrequest.JobReport;
import io.github.amlmaven.core.pullrequest.PullRequestReporting;
import io.github.amlmaven.core.pullrequest.PullRequestTarget;
import io.github.amlmaven.core.pullrequest.TargetDiscovery;
import io.github.amlmaven.plugin.record.GoalOutcome;
import io.github.amlmaven.plugin.record.GoalRecord;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Tells a pull request how a job has ended: on Azure DevOps as a status and as a comment with the table of metrics and a
 * link to the studio, on GitHub as the status of the commit. Which pull request that is comes from the variables of the CI
 * system; a build of none tells nobody and ends well. Told again, the comment and the status are changed, not added. With
 * the local cloud the emulator's own Azure DevOps and GitHub are told.
 */
@Mojo(name = "pr-status", requiresProject = false, threadSafe = true)
public final class PrStatusMojo extends AbstractWorkspaceMojo {

    /** {@code azure-devops} or {@code github}. Default: told by the variables of the CI system. */
    @Parameter(property = "aml.pr.provider")
    private @Nullable String provider;

    /**
     * The collection of Azure DevOps, {@code https://dev.azure.com/contoso/}, or the API of a GitHub Enterprise server.
     * Default: {@code SYSTEM_COLLECTIONURI}; {@code GITHUB_API_URL}, else {@code https://api.github.com}.
     */
    @Parameter(property = "aml.pr.url")
    private @Nullable String url;

    /** The project of Azure DevOps, name or id. Default: {@code SYSTEM_TEAMPROJECT}. */
    @Parameter(property = "aml.pr.project")
    private @Nullable String pullRequestProject;

    /**
     * The repository: name or id in Azure DevOps, {@code owner/name} on GitHub. Default: {@code BUILD_REPOSITORY_ID};
     * {@code GITHUB_REPOSITORY}, else {@code BUILD_REPOSITORY_NAME}.
     */
    @Parameter(property = "aml.pr.repository")
    private @Nullable String repository;

    /** The number of the pull request of Azure DevOps. Default: {@code SYSTEM_PULLREQUEST_PULLREQUESTID}. */
    @Parameter(property = "aml.pr.pullRequest")
    private @Nullable String pullRequest;

    /**
     * The commit on GitHub. Default: the head of the pull request that {@code GITHUB_EVENT_PATH} names, else
     * {@code SYSTEM_PULLREQUEST_SOURCECOMMITID}, {@code GITHUB_SHA} or {@code BUILD_SOURCEVERSION}.
     */
    @Parameter(property = "aml.pr.commit")
    private @Nullable String commit;

    /**
     * The {@code <server>} of settings.xml whose {@code <password>}, encrypted or not, is the token: a personal access
     * token of Azure DevOps with Code (read &amp; write), a token of GitHub that may write commit statuses. Default: the
     * environment variable {@code SYSTEM_ACCESSTOKEN}, on GitHub {@code GITHUB_TOKEN}.
     */
    @Parameter(property = "aml.pr.serverId")
    private @Nullable String pullRequestServerId;

    /** What tells this report from others on the same pull request. */
    @Parameter(property = "aml.pr.context", defaultValue = "azure-ml")
    private String context;

    /** Whether to write a comment with the metrics (Azure DevOps only). */
    @Parameter(property = "aml.pr.comment", defaultValue = "true")
    private boolean comment;

    /** Whether to set a status. */
    @Parameter(property = "aml.pr.status", defaultValue = "true")
    private boolean status;

    /**
     * The job's name in the workspace. Default: the job of the last {@code aml:run} or {@code aml:wait} in this project,
     * whether it ended well or not.
     */
    @Parameter(property = "aml.job")
    private @Nullable String job;

    @Override
    protected GoalOutcome run(Progress progress) {
        TargetDiscovery discovery = new TargetDiscovery(System.getenv());
        Optional<PullRequestTarget> found = discovery.target(given());
        if (found.isEmpty()) {
            return GoalOutcome.upToDate("This is no build of a pull request; nobody is told", Map.of());
        }
        JobReport report = report(progress);
        if (dryRun()) {
            return GoalOutcome.dryRun(
                    "Would tell " + found.get().shown() + " that job " + report.job() + " is " + report.status(),
                    outputs(found.get(), report));
        }
        String token = token(discovery, found.get());
        if (isLocal() && url == null) {
            try (AzureClients clients = connect(progress)) {
                PullRequestTarget copy = found.get()
                        .at(clients.endpoints()
                                .resourceManager()
                                .resolve(found.get().api().getPath()));
                return tell(clients.httpClient(), copy, report, token);
            }
        }
        requireOnline(found.get().api(), "talks to " + found.get().api().getHost());
        return tell(httpClient(found.get().api()), found.get(), report, token);
    }

    /** What the parameters name. */
    TargetDiscovery.Given given() {
        return new TargetDiscovery.Given(
                Optional.ofNullable(provider),
                Optional.ofNullable(url),
                Optional.ofNullable(pullRequestProject),
                Optional.ofNullable(repository),
                Optional.ofNullable(pullRequest),
                Optional.ofNullable(commit));
    }

    private String token(TargetDiscovery discovery, PullRequestTarget target) {
        if (pullRequestServerId != null) {
            return servers().token(session(), pullRequestServerId);
        }
        return discovery
                .token(target)
                .orElseThrow(() -> AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID, "aml:pr-status has no token for " + target.shown())
                        .remedy(
                                "Name a <server> of settings.xml with <pullRequestServerId> or -Daml.pr.serverId, or let the CI"
                                        + " system pass "
                                        + (target instanceof PullRequestTarget.GitHub
                                                ? "GITHUB_TOKEN"
                                                : "SYSTEM_ACCESSTOKEN")
                                        + ".")
                        .build());
    }

    private JobReport report(Progress progress) {
        Optional<JsonNode> last = GoalRecord.startedBy(outputDirectory(), "run");
        Optional<JobStanding> followed = JobStanding.in(outputDirectory());
        String name = Optional.ofNullable(job)
                .or(() -> followed.map(JobStanding::job))
                .or(() -> last.map(run -> run.path("jobName").asText()).filter(text -> !text.isEmpty()))
                .orElseThrow(
                        () -> AmlException.of(ErrorCode.CONFIGURATION_INVALID, "aml:pr-status needs the name of a job")
                                .remedy("Set <job> or -Daml.job, or run 'mvn aml:run' in this project first.")
                                .build());
        JobStanding standing =
                followed.filter(known -> known.job().equals(name)).orElseGet(() -> standing(name, progress));
        String page = last.filter(run -> run.path("jobName").asText().equals(name))
                .map(run -> run.path("studioUrl").asText())
                .orElse("");
        return JobReport.of(name, standing.status(), page, outputDirectory());
    }

    private JobStanding standing(String name, Progress progress) {
        try (AzureClients clients = connect(progress)) {
            return JobStanding.now(clients, progress, name);
        }
    }

    private GoalOutcome tell(HttpClient http, PullRequestTarget target, JobReport report, String token) {
        PullRequestReporting.Result result = new PullRequestReporting(http)
                .report(new PullRequestReporting.Request(target, report, token, context, comment, status));
        Map<String, Object> outputs = outputs(target, report);
        result.threadId().ifPresent(id -> outputs.put("threadId", id));
        result.statusId().ifPresent(id -> outputs.put("statusId", id));
        outputs.put("rewritten", result.rewritten());
        return GoalOutcome.done(
                "Told " + target.shown() + " that job " + report.job() + " is " + report.status()
                        + (result.rewritten() ? ", over the earlier comment" : ""),
                outputs);
    }

    private Map<String, Object> outputs(PullRequestTarget target, JobReport report) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("api", target.api().toString());
        outputs.put("target", target.shown());
        outputs.put("jobName", report.job());
        outputs.put("jobStatus", report.status());
        outputs.put("context", context);
        return outputs;
    }
}
