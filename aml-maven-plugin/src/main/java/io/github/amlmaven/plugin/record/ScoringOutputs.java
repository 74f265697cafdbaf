package io.github.amlmaven.plugin.record;

import io.github.amlmaven.core.scoring.Latencies;
import io.github.amlmaven.core.scoring.ModelCall;
import io.github.amlmaven.core.scoring.ScoringAnswer;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model's answers as {@code score.json} has them. */
public final class ScoringOutputs {

    private ScoringOutputs() {}

    public static Map<String, Object> of(URI address, List<ScoringAnswer> answers) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (ScoringAnswer answer : answers) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", answer.name());
            one.put("status", answer.status());
            one.put("milliseconds", answer.time().toMillis());
            one.put("requestId", answer.requestId());
            one.put("answer", ModelCall.shortened(answer.body()));
            all.add(one);
        }
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("uri", address.toString());
        outputs.put("answers", all);
        outputs.put("milliseconds", Latencies.of(answers).milliseconds());
        return outputs;
    }
}
