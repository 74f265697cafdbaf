package io.github.amlmaven.core.arm;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What to do when the service refuses a request because something that it names is not in the workspace. */
final class MissingReference {

    private static final Pattern ABSENT = Pattern.compile("(?i)not exist|not found|not be found|no such");
    private static final Pattern ID = Pattern.compile(
            "/workspaces/[^/\\s]+/(environments|models|components|data|codes|computes)/([^/\\s'\")]+)(?:/versions/([^/\\s'\"),]+))?");

    private MissingReference() {}

    /** By what the service says; empty when it complains of something else. */
    static Optional<String> remedy(String reason) {
        Matcher id = ID.matcher(reason);
        if (!ABSENT.matcher(reason).find() || !id.find()) {
            return Optional.empty();
        }
        String version = id.group(3) == null ? "" : " version " + id.group(3).replaceFirst("\\.$", "");
        String named = "'" + id.group(2).replaceFirst("\\.$", "") + "'" + version;
        return switch (id.group(1)) {
            case "environments" ->
                Optional.of(
                        "The workspace has no environment " + named
                                + ": name one that it has ('az ml environment list'), or"
                                + " the file of yours, 'environment: environment.yml', with which it is registered on the way.");
            case "models" ->
                Optional.of("The workspace has no model " + named
                        + ": register it with 'mvn aml:register', and leave 'model:'" + " out to take that one.");
            case "computes" ->
                Optional.of("The workspace has no compute " + named + ": name one that it has ('az ml compute list').");
            case "components" ->
                Optional.of("The workspace has no component " + named
                        + ": name one that it has ('az ml component list'), or the"
                        + " file of yours, which is registered on the way.");
            default ->
                Optional.of("The workspace has no " + (id.group(1).equals("data") ? "data asset " : "code ") + named
                        + ": name one that it has, or a path of yours, which is uploaded on the way.");
        };
    }
}
