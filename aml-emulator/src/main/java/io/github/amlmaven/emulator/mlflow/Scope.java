package io.github.amlmaven.emulator.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.Handler;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.job.Runs;
import io.github.amlmaven.emulator.job.access.DataPlaneAccess;
import io.github.amlmaven.emulator.job.access.WorkspacePath;
import io.github.amlmaven.emulator.job.state.Job;

/** What all parts of the API share: where they are, who may use them, and how a request names its run. */
record Scope(ResourceStore resources, Runs runs, DataPlaneAccess access) {

    /** azureml-mlflow uses v1.0 below MLflow 2 and v2.0 above it; the API behind them is one. */
    static final String WORKSPACE = "/mlflow/{version}" + WorkspacePath.TEMPLATE;

    static final String API = WORKSPACE + "/api/2.0/mlflow";

    void add(Routes routes, String method, String path, Handler handler) {
        routes.add(method, API + path, access.guarded(handler));
    }

    ResourceId workspace(Exchange exchange) {
        return WorkspacePath.existing(exchange, resources);
    }

    /** The run that a query or body names. */
    Job run(Exchange exchange, JsonNode named) {
        String name = named.path("run_id").asText(named.path("run_uuid").asText());
        return runs.find(workspace(exchange), name).orElseThrow(() -> MlflowError.missing("Run '" + name + "'"));
    }

    /** The query as the body of a GET, which MLflow's client sends as parameters. */
    static JsonNode query(Exchange exchange) {
        ObjectNode query = JsonNodeFactory.instance.objectNode();
        exchange.queries().forEach((name, values) -> {
            if (values.size() == 1) {
                query.put(name, values.get(0));
            } else {
                values.forEach(query.putArray(name)::add);
            }
        });
        return query;
    }

    static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }
}
