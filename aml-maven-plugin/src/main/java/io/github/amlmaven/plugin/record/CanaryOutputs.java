package io.github.amlmaven.plugin.record;

import io.github.amlmaven.core.canary.CanaryResult;
import io.github.amlmaven.core.canary.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A canary's figures as {@code canary.json} has them. */
public final class CanaryOutputs {

    private CanaryOutputs() {}

    public static Map<String, Object> of(CanaryResult result) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("endpoint", result.endpoint());
        outputs.put("candidate", result.candidate());
        outputs.put("live", result.live());
        outputs.put("verdict", result.verdict().name().toLowerCase(Locale.ROOT));
        outputs.put("before", result.before().toString());
        outputs.put("traffic", result.after().toString());
        result.recovered().ifPresent(left -> outputs.put("recovered", left.toString()));
        outputs.put("decisionSeconds", result.decided().toMillis() / 1000.0);
        outputs.put("restoreSeconds", result.restored().toMillis() / 1000.0);
        outputs.put("steps", result.steps().stream().map(CanaryOutputs::step).toList());
        return outputs;
    }

    private static Map<String, Object> step(CanaryResult.StepResult step) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("step", step.step().toString());
        outputs.put("traffic", step.traffic().toString());
        outputs.put("seconds", step.time().toMillis() / 1000.0);
        outputs.put("verdict", step.verdict().name().toLowerCase(Locale.ROOT));
        List<Map<String, Object>> findings = new ArrayList<>();
        step.findings().forEach(finding -> findings.add(finding(finding)));
        outputs.put("judges", findings);
        return outputs;
    }

    private static Map<String, Object> finding(Finding finding) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("judge", finding.judge());
        outputs.put("verdict", finding.verdict().name().toLowerCase(Locale.ROOT));
        finding.value().ifPresent(value -> outputs.put("value", value));
        finding.live().ifPresent(value -> outputs.put("live", value));
        finding.limit().ifPresent(value -> outputs.put("limit", value));
        outputs.put("samples", finding.samples());
        if (!finding.failures().isEmpty()) {
            outputs.put("failures", finding.failures());
        }
        outputs.put("sentence", finding.sentence());
        return outputs;
    }
}
