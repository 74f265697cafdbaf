package io.github.amlmaven.emulator.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ArmError;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code roleAssignments} and {@code roleDefinitions} of a subscription, a group or a resource; roles are the built-in ones. */
public final class AuthorizationProvider implements Provider {

    private static final String NAMESPACE = "/providers/Microsoft.Authorization/";
    private static final List<String> SCOPES = List.of(
            "/subscriptions/{s}",
            "/subscriptions/{s}/resourceGroups/{g}",
            "/subscriptions/{s}/resourceGroups/{g}/providers/{ns}/{type}/{resource}");
    private static final Pattern GUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern OF_PRINCIPAL = Pattern.compile(
            "(?i)\\s*(?:atScope\\(\\)\\s+and\\s+)?(?:assignedTo\\('([^']+)'\\)|principalId\\s+eq\\s+'([^']+)')\\s*");
    private static final Pattern NAMED = Pattern.compile("(?i)\\s*roleName\\s+eq\\s+'([^']+)'\\s*");

    private final RoleAssignments assignments;
    private final Clock clock;

    public AuthorizationProvider(RoleAssignments assignments, Clock clock) {
        this.assignments = assignments;
        this.clock = clock;
    }

    @Override
    public void declare(Routes routes) {
        for (String scope : SCOPES) {
            String one = scope + NAMESPACE + "roleAssignments/{name}";
            routes.add("GET", scope + NAMESPACE + "roleAssignments", this::list);
            routes.add("GET", one, exchange -> exchange.send(200, find(id(exchange))));
            routes.add("PUT", one, this::put);
            routes.add("DELETE", one, this::delete);
            routes.add("GET", scope + NAMESPACE + "roleDefinitions", this::definitions);
            routes.add("GET", scope + NAMESPACE + "roleDefinitions/{name}", this::definition);
        }
    }

    /** What a request's path says before the namespace. */
    private static String scope(Exchange exchange) {
        String path = exchange.rawPath();
        return path.substring(0, path.toLowerCase(Locale.ROOT).lastIndexOf(NAMESPACE.toLowerCase(Locale.ROOT)));
    }

    private static ResourceId id(Exchange exchange) {
        return new ResourceId(scope(exchange) + "/providers/" + RoleAssignments.TYPE + "/" + exchange.variable("name"));
    }

    private ObjectNode find(ResourceId id) {
        return assignments
                .resources()
                .get(id)
                .orElseThrow(() -> HttpError.arm(
                        404, "RoleAssignmentNotFound", "The role assignment '" + id.name() + "' is not found."));
    }

    private void put(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        JsonNode properties = exchange.json().path("properties");
        String principal = properties.path("principalId").asText();
        String definition = properties.path("roleDefinitionId").asText();
        if (!GUID.matcher(id.name()).matches()) {
            throw ArmError.badRequest(
                    "InvalidRoleAssignmentId",
                    "The role assignment ID '" + id.name() + "' is not valid. The role assignment ID must be a GUID.");
        }
        if (!GUID.matcher(principal).matches()) {
            throw ArmError.badRequest(
                    "InvalidPrincipalId",
                    "A valid principal ID must be provided for role assignment; it is '" + principal + "'.");
        }
        Role role = Role.of(definition)
                .orElseThrow(() -> ArmError.badRequest(
                        "RoleDefinitionDoesNotExist",
                        "The specified role definition with ID '" + definition + "' does not exist."));
        String scope = scope(exchange);
        String roleId = role.id(exchange.variable("s"));
        Optional<ObjectNode> same = assignments.resources().get(id);
        if (same.filter(one -> isOf(one, principal, scope, roleId)).isPresent()) {
            exchange.send(200, same.get());
            return;
        }
        assignments.all().stream()
                .filter(one -> isOf(one, principal, scope, roleId))
                .findFirst()
                .ifPresent(there -> {
                    throw HttpError.arm(
                            409,
                            "RoleAssignmentExists",
                            "The role assignment already exists. The ID of the conflicting role assignment is "
                                    + there.path("name").asText().replace("-", "") + ".");
                });
        if (same.isPresent()) {
            throw HttpError.arm(
                    409,
                    "RoleAssignmentUpdateNotPermitted",
                    "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.");
        }
        ObjectNode assignment = JsonNodeFactory.instance.objectNode();
        assignment.put("id", id.value()).put("name", id.name()).put("type", RoleAssignments.TYPE);
        assignment
                .putObject("properties")
                .put("roleDefinitionId", roleId)
                .put("principalId", principal)
                .put("principalType", properties.path("principalType").asText("ServicePrincipal"))
                .put("scope", scope)
                .put("createdOn", clock.instant().toString())
                .put("updatedOn", clock.instant().toString());
        assignments.resources().put(id, assignment);
        exchange.send(201, assignment);
    }

    private static boolean isOf(ObjectNode assignment, String principal, String scope, String roleId) {
        return RoleAssignments.principal(assignment).equalsIgnoreCase(principal)
                && assignment.at("/properties/scope").asText().equalsIgnoreCase(scope)
                && assignment.at("/properties/roleDefinitionId").asText().equalsIgnoreCase(roleId);
    }

    private void delete(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        Optional<ObjectNode> there = assignments.resources().get(id);
        if (there.isEmpty()) {
            exchange.send(204);
            return;
        }
        assignments.resources().delete(id);
        exchange.send(200, there.get());
    }

    /** Those that hold at the scope, and those below it. */
    private void list(Exchange exchange) throws IOException {
        String scope = scope(exchange);
        String filter = exchange.query("$filter").orElse("");
        Matcher principal = OF_PRINCIPAL.matcher(filter);
        if (!filter.isBlank() && !filter.trim().equalsIgnoreCase("atScope()") && !principal.matches()) {
            throw ArmError.badRequest("UnsupportedFilter", "The filter '" + filter + "' is not supported.");
        }
        boolean onlyAbove = filter.trim().toLowerCase(Locale.ROOT).startsWith("atscope()");
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        var value = answer.putArray("value");
        for (ObjectNode one : assignments.all()) {
            String at = one.at("/properties/scope").asText();
            boolean here = RoleAssignments.reaches(at, scope) || (!onlyAbove && RoleAssignments.reaches(scope, at));
            String wanted = principal.matches()
                    ? Optional.ofNullable(principal.group(1)).orElse(principal.group(2))
                    : "";
            if (here && (wanted.isEmpty() || RoleAssignments.principal(one).equalsIgnoreCase(wanted))) {
                value.add(one);
            }
        }
        exchange.send(200, answer);
    }

    private void definitions(Exchange exchange) throws IOException {
        Matcher named = NAMED.matcher(exchange.query("$filter").orElse(""));
        Stream<Role> roles = Arrays.stream(Role.values());
        if (named.matches()) {
            String title = named.group(1);
            roles = roles.filter(role -> role.title().equalsIgnoreCase(title));
        }
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        var value = answer.putArray("value");
        roles.forEach(role -> value.add(definition(exchange, role)));
        exchange.send(200, answer);
    }

    private void definition(Exchange exchange) throws IOException {
        String name = exchange.variable("name");
        Role role = Role.of(name)
                .orElseThrow(() -> HttpError.arm(
                        404,
                        "RoleDefinitionDoesNotExist",
                        "The specified role definition with ID '" + name + "' does not exist."));
        exchange.send(200, definition(exchange, role));
    }

    private static ObjectNode definition(Exchange exchange, Role role) {
        ObjectNode definition = JsonNodeFactory.instance
                .objectNode()
                .put("id", role.id(exchange.variable("s")))
                .put("name", role.guid())
                .put("type", "Microsoft.Authorization/roleDefinitions");
        definition
                .putObject("properties")
                .put("roleName", role.title())
                .put("type", "BuiltInRole")
                .putArray("assignableScopes")
                .add("/");
        return definition;
    }
}
