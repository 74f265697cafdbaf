package io.github.amlmaven.core.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.evaluation.Evaluation.Finding;
import io.github.amlmaven.core.evaluation.Evaluation.Outcome;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A decision as files: {@code evaluation.json} for later goals and programs, and a report in Surefire's format, which every
 * CI system shows.
 *
 * <p>{@code evaluation.json} is {@code {"outcome":"promote|keep|error","reason","metricsFile","metricsSha256",
 * "findings":[{"metric","outcome","reason"}]}}. It stands for the metrics file as it was: when that has changed, nothing
 * has been decided.
 */
public final class EvaluationReport {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final String SUITE = "aml.evaluation";

    private final Path file;

    /** @param directory where {@code evaluation.json} lies: {@code target/aml} */
    public EvaluationReport(Path directory) {
        this.file = directory.resolve("evaluation.json");
    }

    /** The figures of a file that {@code aml:run} has written, or of a plain {@code {name: value}}. */
    public static Map<String, Double> metrics(Path metricsFile) {
        try {
            JsonNode content = JSON.readTree(metricsFile.toFile());
            JsonNode figures = content.path("metrics").isObject() ? content.get("metrics") : content;
            Map<String, Double> metrics = new LinkedHashMap<>();
            figures.properties().stream()
                    .filter(figure -> figure.getValue().isNumber())
                    .forEach(figure ->
                            metrics.put(figure.getKey(), figure.getValue().asDouble()));
            return metrics;
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.EVALUATION_UNDECIDED, "Cannot read the metrics in " + metricsFile)
                    .remedy("Run 'mvn aml:run' first, or name a file with -Daml.metrics.file.")
                    .cause(e)
                    .build();
        }
    }

    /** What the last evaluation has decided, as long as it is about the metrics that are there. */
    public Optional<Evaluation> standing() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode content = JSON.readTree(file.toFile());
            Path metrics = Path.of(content.path("metricsFile").asText());
            if (!Files.exists(metrics)
                    || !digest(metrics).equals(content.path("metricsSha256").asText())) {
                return Optional.empty();
            }
            List<Finding> findings = new ArrayList<>();
            content.path("findings")
                    .forEach(finding -> findings.add(new Finding(
                            finding.path("metric").asText(),
                            outcome(finding.path("outcome").asText()),
                            finding.path("reason").asText())));
            return Optional.of(new Evaluation(outcome(content.path("outcome").asText()), findings));
        } catch (IOException | IllegalArgumentException e) {
            throw AmlException.of(ErrorCode.EVALUATION_UNDECIDED, "Cannot read the decision in " + file)
                    .remedy("Run 'mvn aml:evaluate' again.")
                    .cause(e)
                    .build();
        }
    }

    /** Writes both files. */
    public void write(Evaluation evaluation, Path metricsFile, Path surefireReport) {
        ObjectNode content = JSON.createObjectNode();
        content.put("outcome", word(evaluation.outcome()));
        content.put("reason", evaluation.reason());
        content.put("metricsFile", metricsFile.toAbsolutePath().toString());
        ArrayNode findings = JSON.createArrayNode();
        evaluation
                .findings()
                .forEach(finding -> findings.addObject()
                        .put("metric", finding.metric())
                        .put("outcome", word(finding.outcome()))
                        .put("reason", finding.reason()));
        try {
            content.put("metricsSha256", digest(metricsFile));
            content.set("findings", findings);
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, JSON.writeValueAsString(content) + "\n");
            Files.createDirectories(surefireReport.toAbsolutePath().getParent());
            Files.writeString(surefireReport, xml(evaluation));
        } catch (IOException | XMLStreamException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot write the evaluation: " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    private static String digest(Path metrics) {
        return Sha256.of(metrics);
    }

    private static String word(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    private static Outcome outcome(String word) {
        return Outcome.valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** A model that is kept out is neither a success nor a failure of the build: its test is skipped, with the reason. */
    private static String xml(Evaluation evaluation) throws XMLStreamException {
        StringWriter text = new StringWriter();
        XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", SUITE);
        xml.writeAttribute("time", "0");
        xml.writeAttribute("tests", String.valueOf(evaluation.findings().size()));
        xml.writeAttribute("failures", "0");
        xml.writeAttribute("errors", count(evaluation, Outcome.ERROR));
        xml.writeAttribute("skipped", count(evaluation, Outcome.KEEP));
        for (Finding finding : evaluation.findings()) {
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", SUITE);
            xml.writeAttribute("name", finding.metric());
            xml.writeAttribute("time", "0");
            if (finding.outcome() != Outcome.PROMOTE) {
                xml.writeEmptyElement(finding.outcome() == Outcome.KEEP ? "skipped" : "error");
                xml.writeAttribute("message", finding.reason());
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
        xml.writeEndDocument();
        return text + "\n";
    }

    private static String count(Evaluation evaluation, Outcome outcome) {
        return String.valueOf(evaluation.findings().stream()
                .filter(finding -> finding.outcome() == outcome)
                .count());
    }
}
