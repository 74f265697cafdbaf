package io.github.amlmaven.emulator.registry;

import io.github.amlmaven.emulator.http.Exchange;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/** Paging by {@code n} and {@code last} with a {@code Link} to the next page (RFC 5988). */
final class Paging {

    private static final int LARGEST = 1000;

    private Paging() {}

    /**
     * The asked page of a list that is in order; sets the {@code Link} header when there is more.
     *
     * @param key what {@code last} names
     * @param path of this listing
     */
    static <T> List<T> page(Exchange exchange, List<T> all, Function<T, String> key, String path) {
        int n = size(exchange);
        String last = exchange.query("last").orElse("");
        List<T> rest = all;
        if (!last.isEmpty()) {
            int at = all.stream().map(key).toList().indexOf(last);
            rest = at >= 0
                    ? all.subList(at + 1, all.size())
                    : all.stream()
                            .filter(one -> key.apply(one).compareTo(last) > 0)
                            .toList();
        }
        if (rest.size() <= n) {
            return rest;
        }
        List<T> page = rest.subList(0, n);
        if (n > 0) {
            String next = URLEncoder.encode(key.apply(page.get(n - 1)), StandardCharsets.UTF_8);
            String order = exchange.query("orderby")
                    .map(by -> "&orderby=" + URLEncoder.encode(by, StandardCharsets.UTF_8))
                    .orElse("");
            exchange.setHeader("Link", "<" + path + "?last=" + next + "&n=" + n + order + ">; rel=\"next\"");
        }
        return page;
    }

    private static int size(Exchange exchange) {
        String n = exchange.query("n").orElse("");
        if (n.isEmpty()) {
            return 100;
        }
        try {
            int size = Integer.parseInt(n);
            if (size >= 0) {
                return Math.min(size, LARGEST);
            }
        } catch (NumberFormatException e) {
            throw OciErrors.of(400, "PAGINATION_NUMBER_INVALID", "invalid number of results requested");
        }
        throw OciErrors.of(400, "PAGINATION_NUMBER_INVALID", "invalid number of results requested");
    }
}
