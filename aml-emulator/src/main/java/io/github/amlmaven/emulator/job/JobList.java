package io.github.amlmaven.emulator.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;

/**
 * A page of a job list. {@code $skip} is the token of the next link, here the number of jobs before the page; steps of
 * pipelines are not listed, as in AML.
 *
 * @param filter what the query asks for
 * @param skip how many to leave out
 */
record JobList(Predicate<Job> filter, int skip) {

    private static final int PAGE = 100;

    static JobList of(Exchange exchange) {
        Predicate<Job> filter = job -> job.parent().isEmpty();
        String view = exchange.query("listViewType").orElse("ActiveOnly");
        if (!view.equalsIgnoreCase("All")) {
            boolean archived = view.equalsIgnoreCase("ArchivedOnly");
            filter = filter.and(job -> job.properties().path("isArchived").asBoolean() == archived);
        }
        String type = exchange.query("jobType").orElse("");
        if (!type.isEmpty()) {
            filter = filter.and(job -> job.properties().path("jobType").asText().equalsIgnoreCase(type));
        }
        filter = filter.and(pairs("tags", exchange.query("tag").orElse("")));
        filter = filter.and(pairs("properties", exchange.query("properties").orElse("")));
        return new JobList(filter, skip(exchange.query("$skip").orElse("0")));
    }

    void answer(Exchange exchange, List<Job> jobs) throws IOException {
        List<Job> wanted = jobs.stream().filter(filter).toList();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode value = answer.putArray("value");
        wanted.stream().skip(skip).limit(PAGE).map(Job::shown).forEach(value::add);
        if (skip + PAGE < wanted.size()) {
            answer.put("nextLink", nextLink(exchange));
        }
        exchange.send(200, answer);
    }

    private String nextLink(Exchange exchange) {
        StringBuilder link = new StringBuilder(exchange.base() + exchange.rawPath() + "?$skip=" + (skip + PAGE));
        exchange.queries().forEach((name, values) -> {
            if (!name.equals("$skip")) {
                values.forEach(value -> link.append('&')
                        .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
            }
        });
        return link.toString();
    }

    /** {@code name} or {@code name=value}, several joined by commas. */
    private static Predicate<Job> pairs(String field, String text) {
        Predicate<Job> all = job -> true;
        for (String pair : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            String name = pair.strip().replaceFirst("=.*", "");
            String value =
                    pair.contains("=") ? pair.substring(pair.indexOf('=') + 1).strip() : "";
            all = all.and(job -> {
                JsonNode present = job.properties().path(field).path(name);
                return !present.isMissingNode()
                        && (!pair.contains("=") || present.asText().equals(value));
            });
        }
        return all;
    }

    private static int skip(String text) {
        if (!text.matches("\\d{1,9}")) {
            throw HttpError.arm(400, "UserError", "$skip '" + text + "' is not a token of a next link.");
        }
        return Integer.parseInt(text);
    }
}
