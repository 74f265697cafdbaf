package io.github.amlmaven.emulator.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The routes of all providers, and the rule by which one is chosen. */
public final class RouteTable implements Routes {

    /** What the table knows about a request. */
    public sealed interface Outcome {}

    /** A route with its template variables, decoded. */
    public record Match(Handler handler, Map<String, String> variables, Operation operation) implements Outcome {}

    /**
     * Something that clients may ask for.
     *
     * @param hostSuffix of the host names that it is limited to, or empty
     */
    public record Operation(String method, String hostSuffix, String template) {

        /** Host, when it matters, and path: {@code *.blob.localhost/{container}}. */
        public String address() {
            return hostSuffix.isEmpty() ? template : "*" + hostSuffix + template;
        }

        /** Method and address, as the request log and fault rules name an operation. */
        public String text() {
            return method + " " + address();
        }
    }

    /** The path is known, the method is not. */
    public record OtherMethods(Set<String> allowed) implements Outcome {}

    /** Nothing is known by that path. */
    public record Nothing() implements Outcome {}

    private record Segment(String text, boolean variable, boolean many) {
        static Segment of(String text) {
            if (!text.startsWith("{")) {
                return new Segment(text, false, false);
            }
            String name = text.substring(1, text.length() - 1);
            return name.endsWith("...")
                    ? new Segment(name.substring(0, name.length() - 3), true, true)
                    : new Segment(name, true, false);
        }
    }

    private record Route(
            String hostSuffix,
            Set<String> methods,
            String template,
            List<Segment> segments,
            int literals,
            boolean many,
            Handler handler) {

        static Route of(String hostSuffix, String methods, String template, Handler handler) {
            List<Segment> segments = new ArrayList<>();
            int literals = 0;
            boolean many = false;
            for (String text : split(template)) {
                Segment segment = Segment.of(text);
                segments.add(segment);
                literals += segment.variable() ? 0 : 1;
                many |= segment.many();
            }
            return new Route(
                    hostSuffix.toLowerCase(Locale.ROOT),
                    Set.of(methods.split("\\|")),
                    template,
                    List.copyOf(segments),
                    literals,
                    many,
                    handler);
        }
    }

    /** The more a template says, the earlier it is tried. */
    private static final Comparator<Route> MOST_SPECIFIC_FIRST = Comparator.comparing(
                    (Route route) -> route.hostSuffix().isEmpty())
            .thenComparing(Comparator.comparingInt(Route::literals).reversed())
            .thenComparing(Route::many)
            .thenComparing(
                    Comparator.comparingInt((Route route) -> route.segments().size())
                            .reversed());

    /** The routes in the order of trying, and those of each method. */
    private record Order(List<Route> all, Map<String, List<Route>> byMethod) {
        static Order of(List<Route> declared) {
            List<Route> all = declared.stream().sorted(MOST_SPECIFIC_FIRST).toList();
            Map<String, List<Route>> byMethod = new HashMap<>();
            for (Route route : all) {
                for (String method : route.methods()) {
                    byMethod.computeIfAbsent(method, key -> new ArrayList<>()).add(route);
                }
            }
            return new Order(all, byMethod);
        }
    }

    private final List<Route> declared = new ArrayList<>();
    /** Null until it is asked for again. */
    private volatile @Nullable Order order;

    @Override
    public void add(String methods, String template, Handler handler) {
        addForHostSuffix("", methods, template, handler);
    }

    @Override
    public synchronized void addForHostSuffix(String hostSuffix, String methods, String template, Handler handler) {
        declared.add(Route.of(hostSuffix, methods, template, handler));
        order = null;
    }

    /** All that is declared, once a method, ordered by template. */
    public List<Operation> operations() {
        return order().all().stream()
                .flatMap(route -> route.methods().stream()
                        .map(method -> new Operation(method, route.hostSuffix(), route.template())))
                .distinct()
                .sorted(Comparator.comparing(Operation::hostSuffix)
                        .thenComparing(Operation::template)
                        .thenComparing(Operation::method))
                .toList();
    }

    private Order order() {
        Order present = order;
        return present == null ? sort() : present;
    }

    private synchronized Order sort() {
        Order fresh = Order.of(declared);
        order = fresh;
        return fresh;
    }

    /**
     * Finds the route of a request.
     *
     * @param rawPath still encoded; segments are decoded after splitting
     */
    public Outcome find(String method, String host, String rawPath) {
        List<String> path = split(rawPath).stream().map(RouteTable::decode).toList();
        boolean trailingSlash = rawPath.length() > 1 && rawPath.endsWith("/");
        Optional<Outcome> exact = find(method, host, path, trailingSlash);
        if (exact.isEmpty() && method.equals("HEAD")) {
            exact = find("GET", host, path, trailingSlash);
        }
        return exact.orElseGet(() -> otherMethods(host, path));
    }

    private Optional<Outcome> find(String method, String host, List<String> path, boolean trailingSlash) {
        for (Route route : order().byMethod().getOrDefault(method, List.of())) {
            if (!host.endsWith(route.hostSuffix()) || !begins(route.segments(), path)) {
                continue;
            }
            Map<String, String> variables = new LinkedHashMap<>();
            if (match(route.segments(), 0, path, 0, variables)) {
                keepTrailingSlash(route, variables, trailingSlash);
                return Optional.of(new Match(
                        route.handler(),
                        Collections.unmodifiableMap(variables),
                        new Operation(method, route.hostSuffix(), route.template())));
            }
        }
        return Optional.empty();
    }

    private Outcome otherMethods(String host, List<String> path) {
        Set<String> allowed = order().all().stream()
                .filter(route -> host.endsWith(route.hostSuffix()))
                .filter(route -> match(route.segments(), 0, path, 0, new LinkedHashMap<>()))
                .flatMap(route -> route.methods().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        return allowed.isEmpty() ? new Nothing() : new OtherMethods(allowed);
    }

    /** Whether a path may match, by its length and by its words before the first variable of many segments: most do not. */
    private static boolean begins(List<Segment> template, List<String> path) {
        if (path.size() < template.size()) {
            return false;
        }
        for (int i = 0; i < template.size(); i++) {
            Segment segment = template.get(i);
            if (segment.many()) {
                return true;
            }
            if (!segment.variable() && !segment.text().equalsIgnoreCase(path.get(i))) {
                return false;
            }
        }
        return path.size() == template.size();
    }

    private static boolean match(
            List<Segment> template, int at, List<String> path, int from, Map<String, String> variables) {
        if (at == template.size()) {
            return from == path.size();
        }
        int left = path.size() - from;
        if (left < template.size() - at) {
            return false;
        }
        Segment segment = template.get(at);
        if (!segment.many()) {
            if (!segment.variable() && !segment.text().equalsIgnoreCase(path.get(from))) {
                return false;
            }
            if (segment.variable()) {
                variables.put(segment.text(), path.get(from));
            }
            return match(template, at + 1, path, from + 1, variables);
        }
        // Longest first: in /v2/{repository...}/blobs/{digest} a repository may itself be called "blobs".
        for (int taken = left - (template.size() - at - 1); taken >= 1; taken--) {
            if (match(template, at + 1, path, from + taken, variables)) {
                variables.put(segment.text(), String.join("/", path.subList(from, from + taken)));
                return true;
            }
        }
        return false;
    }

    /** A blob name may end in a slash. */
    private static void keepTrailingSlash(Route route, Map<String, String> variables, boolean trailingSlash) {
        if (trailingSlash && !route.segments().isEmpty()) {
            Segment last = route.segments().get(route.segments().size() - 1);
            if (last.many()) {
                variables.computeIfPresent(last.text(), (name, value) -> value + "/");
            }
        }
    }

    private static List<String> split(String path) {
        List<String> segments = new ArrayList<>(Arrays.asList(path.split("/", -1)));
        segments.removeIf(String::isEmpty);
        return segments;
    }

    /** Percent-decoding only: a plus sign in a path is a plus sign. */
    static String decode(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw HttpError.arm(400, "InvalidUri", "The request URI is not valid: " + e.getMessage());
        }
    }
}
