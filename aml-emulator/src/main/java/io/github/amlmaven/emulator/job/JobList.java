package io.github.amlmaven.emulator.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.Jobs;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;

/**
 * A page of a job list. {@code $skip} is the token of the next link, here the sequence of the last job before the page, so
 * that jobs that come and go between two pages make none of the others appear twice or never; steps of pipelines are not
 * listed, as in AML.
 *
 * @param filter what the query asks for
 * @param before the sequence that those of the page are below
 */
record JobList(Predicate<Job> filter, long before) {

    private static final int PAGE = 100;

    static JobList of(Exchange exchange) {
        Predicate<Job> filter = job -> true;
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
        return new JobList(filter, exchange.query("$skip").map(JobList::token).orElse(Long.MAX_VALUE));
    }

    void answer(Exchange exchange, ResourceId workspace, Jobs jobs) throws IOException {
        List<Job> wanted =
                jobs.listed(workspace, before).filter(filter).limit(PAGE + 1L).toList();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode value = answer.putArray("value");
        wanted.stream().limit(PAGE).map(Job::shown).forEach(value::add);
        if (wanted.size() > PAGE) {
            answer.put("nextLink", nextLink(exchange, wanted.get(PAGE - 1).sequence()));
        }
        exchange.send(200, answer);
    }

    private static String nextLink(Exchange exchange, long last) {
        StringBuilder link = new StringBuilder(exchange.base() + exchange.rawPath() + "?$skip=" + last);
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

    private static long token(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw HttpError.arm(400, "UserError", "$skip '" + text + "' is not a token of a next link.");
        }
        return Long.parseLong(text);
    }
}
