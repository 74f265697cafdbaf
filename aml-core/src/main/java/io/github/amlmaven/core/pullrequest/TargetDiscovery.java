package io.github.amlmaven.core.pullrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds what to tell from what the user has set and, for what is not set, from the variables of the CI system.
 *
 * <p>Sources: https://learn.microsoft.com/azure/devops/pipelines/build/variables,
 * https://docs.github.com/actions/reference/workflows-and-actions/variables.
 */
public final class TargetDiscovery {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SHA = Pattern.compile("[0-9a-fA-F]{40}");
    private static final Pattern REPOSITORY = Pattern.compile("[\\w.-]+/[\\w.-]+");

    private static final String PROPERTY = "aml.pr.";

    private final Map<String, String> environment;

    /** @param environment the variables of the process */
    public TargetDiscovery(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** What the user has set; each may be absent. */
    public record Given(
            Optional<String> provider,
            Optional<String> url,
            Optional<String> project,
            Optional<String> repository,
            Optional<String> pullRequest,
            Optional<String> commit) {

        /** All is left to the variables. */
        public static final Given NOTHING = new Given(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** A target, or an empty one when this is no build of a pull request; fails when it is one and something is missing. */
    public Optional<PullRequestTarget> target(Given given) {
        String provider = given.provider().orElseGet(this::guess);
        return switch (provider) {
            case "azure-devops" -> azureDevOps(given);
            case "github" -> Optional.of(gitHub(given));
            case "" -> Optional.empty();
            default ->
                throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "unknown provider '" + provider + "'")
                        .remedy("Set <provider> or -Daml.pr.provider to azure-devops or github.")
                        .build();
        };
    }

    /** A token of the CI system's own, when the build lets it through. */
    public Optional<String> token(PullRequestTarget target) {
        return variable(target instanceof PullRequestTarget.GitHub ? "GITHUB_TOKEN" : "SYSTEM_ACCESSTOKEN");
    }

    /** Azure Pipelines builds pull requests of GitHub too, whose number is not one of Azure DevOps. */
    private String guess() {
        if (variable("TF_BUILD").isPresent() || variable("SYSTEM_COLLECTIONURI").isPresent()) {
            return variable("BUILD_REPOSITORY_PROVIDER")
                            .filter("GitHub"::equals)
                            .isPresent()
                    ? "github"
                    : "azure-devops";
        }
        return variable("GITHUB_REPOSITORY").isPresent() ? "github" : "";
    }

    private Optional<PullRequestTarget> azureDevOps(Given given) {
        Optional<String> number = given.pullRequest().or(() -> variable("SYSTEM_PULLREQUEST_PULLREQUESTID"));
        if (number.isEmpty() && given.provider().isEmpty()) {
            return Optional.empty();
        }
        List<String> missing = new ArrayList<>();
        String url =
                need(given.url().or(() -> variable("SYSTEM_COLLECTIONURI")), "url", "SYSTEM_COLLECTIONURI", missing);
        String project = need(
                given.project().or(() -> variable("SYSTEM_TEAMPROJECT")), "project", "SYSTEM_TEAMPROJECT", missing);
        String repository = need(
                given.repository().or(() -> variable("BUILD_REPOSITORY_ID")),
                "repository",
                "BUILD_REPOSITORY_ID",
                missing);
        String pull = need(number, "pullRequest", "SYSTEM_PULLREQUEST_PULLREQUESTID", missing);
        check("pull request of Azure DevOps", missing);
        if (!pull.matches("\\d{1,9}")) {
            throw invalid("pullRequest", pull, "the number of the pull request");
        }
        return Optional.of(new PullRequestTarget.AzureDevOps(uri(url), project, repository, Integer.parseInt(pull)));
    }

    private PullRequestTarget gitHub(Given given) {
        List<String> missing = new ArrayList<>();
        String url = given.url().or(() -> variable("GITHUB_API_URL")).orElse("https://api.github.com");
        String repository = need(
                given.repository().or(() -> variable("GITHUB_REPOSITORY")).or(() -> variable("BUILD_REPOSITORY_NAME")),
                "repository",
                "GITHUB_REPOSITORY",
                missing);
        String commit = need(
                given.commit()
                        .or(this::headOfEvent)
                        .or(() -> variable("SYSTEM_PULLREQUEST_SOURCECOMMITID"))
                        .or(() -> variable("GITHUB_SHA"))
                        .or(() -> variable("BUILD_SOURCEVERSION")),
                "commit",
                "GITHUB_SHA",
                missing);
        check("commit of GitHub", missing);
        if (!SHA.matcher(commit).matches()) {
            throw invalid("commit", commit, "the 40 digits of a commit");
        }
        if (!REPOSITORY.matcher(repository).matches()) {
            throw invalid("repository", repository, "owner/name");
        }
        return new PullRequestTarget.GitHub(uri(url), repository, commit);
    }

    /** In a build of a pull request GITHUB_SHA is a merge that nobody sees; the event names the commit that shows. */
    private Optional<String> headOfEvent() {
        Optional<Path> event = variable("GITHUB_EVENT_PATH").map(Path::of).filter(Files::isRegularFile);
        if (event.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonNode head = JSON.readTree(event.get().toFile()).at("/pull_request/head/sha");
            return Optional.of(head.asText("")).filter(sha -> !sha.isEmpty());
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot read GITHUB_EVENT_PATH " + event.get())
                    .cause(e)
                    .remedy("Set <commit> or -Daml.pr.commit.")
                    .build();
        }
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    private static String need(Optional<String> value, String parameter, String variable, List<String> missing) {
        if (value.isEmpty()) {
            missing.add("<" + tag(parameter) + "> (-D" + PROPERTY + parameter + ", or " + variable + ")");
        }
        return value.orElse("");
    }

    /** {@code project} is Maven's own name for something else. */
    private static String tag(String parameter) {
        return parameter.equals("project") ? "pullRequestProject" : parameter;
    }

    private static void check(String what, List<String> missing) {
        if (!missing.isEmpty()) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "the " + what + " is not known: " + String.join(", ", missing) + " missing")
                    .remedy("Set what is missing.")
                    .build();
        }
    }

    private static URI uri(String text) {
        try {
            URI uri = URI.create(text.endsWith("/") ? text : text + "/");
            if (uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException unusable) {
            throw invalid("url", text, "an https address");
        }
        throw invalid("url", text, "an https address");
    }

    private static AmlException invalid(String parameter, String value, String wanted) {
        return AmlException.of(ErrorCode.CONFIGURATION_INVALID, "'" + value + "' is not " + wanted)
                .remedy("Correct <" + tag(parameter) + "> or -D" + PROPERTY + parameter + ".")
                .build();
    }
}
