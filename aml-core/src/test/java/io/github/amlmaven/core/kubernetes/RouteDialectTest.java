package io.github.amlmaven.core.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.github.amlmaven.core.traffic.TrafficSplit;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RouteDialectTest {

    private static final RouteFrame WINE =
            new RouteFrame("models", "wine", Optional.of("infra/front"), Optional.empty(), 80);

    static Stream<RouteDialect> dialects() {
        return Stream.of(new GatewayApiRoutes(), new IstioRoutes());
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void whatIsWrittenIsReadAgain(RouteDialect dialect) {
        ObjectNode route = dialect.create(WINE, "blue");
        dialect.add(route, WINE, "green");

        assertThat(dialect.versions(route)).containsExactly("blue", "green");
        assertThat(dialect.split(route, "wine")).hasToString("blue=100");
        for (String split : new String[] {"blue=100 mirror green=10", "blue=75,green=25", "green=100", "blue=100"}) {
            dialect.write(route, "wine", TrafficSplit.ofText(split));
            assertThat(dialect.split(route, "wine")).hasToString(split);
            assertThat(dialect.versions(route)).containsExactly("blue", "green");
        }
    }

    @Test
    void gatewayApiRouteIsAsItsModelHasIt() throws JsonProcessingException {
        ObjectMapper json = new ObjectMapper();
        RouteDialect dialect = new GatewayApiRoutes();
        ObjectNode route = dialect.create(WINE, "blue");
        dialect.write(route, "wine", TrafficSplit.ofText("blue=90,green=10 mirror red=5"));

        HTTPRoute typed = json.readValue(route.toString(), HTTPRoute.class);

        JsonNode spec = json.valueToTree(typed.getSpec());
        assertThat(spec).isEqualTo(route.get("spec"));
        assertThat(typed.getSpec().getParentRefs()).singleElement().satisfies(parent -> {
            assertThat(parent.getNamespace()).isEqualTo("infra");
            assertThat(parent.getName()).isEqualTo("front");
        });
        assertThat(typed.getSpec().getRules().get(1).getFilters()).hasSize(2);
    }

    @Test
    void noTrafficAtAllKeepsTheRouteWhole() {
        RouteDialect dialect = new GatewayApiRoutes();
        ObjectNode route = dialect.create(WINE, "blue");

        dialect.write(route, "wine", TrafficSplit.NONE);
        assertThat(dialect.split(route, "wine")).hasToString("none");
        dialect.write(route, "wine", TrafficSplit.ofText("blue=100"));
        assertThat(route.at("/spec/rules/1/backendRefs/0/port").asInt()).isEqualTo(80);

        ObjectNode virtual = new IstioRoutes().create(WINE, "blue");
        assertThatThrownBy(() -> new IstioRoutes().write(virtual, "wine", TrafficSplit.NONE))
                .hasMessageContaining("cannot leave every version without traffic");
    }

    @Test
    void weightsOfOthersNeedNotAddUpToAHundred() {
        assertThat(RouteDialect.percent(Map.of("blue", 1, "green", 2))).isEqualTo(Map.of("blue", 33, "green", 67));
    }

    @Test
    void fieldsOfOthersStay() {
        ObjectNode route = new GatewayApiRoutes().create(WINE, "blue");
        ((ObjectNode) route.at("/spec/rules/1")).putObject("timeouts").put("request", "10s");

        new GatewayApiRoutes().write(route, "wine", TrafficSplit.ofText("green=100"));

        assertThat(route.at("/spec/rules/1/timeouts/request").asText()).isEqualTo("10s");
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void aRouteIsHungOnAnotherGatewayAndItsRulesStay(RouteDialect dialect) {
        ObjectNode route = dialect.create(WINE, "blue");
        route.putObject("metadata").put("namespace", "models");
        JsonNode rules = route.at(dialect.rules()).deepCopy();
        assertThat(dialect.gateways(route)).containsExactly("infra/front");

        dialect.hang(route, "other/back");

        assertThat(dialect.gateways(route)).containsExactly("other/back");
        assertThat(route.at(dialect.rules())).isEqualTo(rules);
    }

    @Test
    void theMeshIsNoGatewayAndStays() {
        ObjectNode route = new IstioRoutes().create(WINE, "blue");
        route.putObject("metadata").put("namespace", "models");
        route.withObject("/spec").putArray("gateways").add("mesh").add("front");
        assertThat(new IstioRoutes().gateways(route)).containsExactly("models/front");

        new IstioRoutes().hang(route, "other/back");

        assertThat(route.at("/spec/gateways").toString()).isEqualTo("[\"other/back\",\"mesh\"]");
    }
}
