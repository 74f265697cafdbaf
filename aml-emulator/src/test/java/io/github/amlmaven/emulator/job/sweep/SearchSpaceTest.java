package io.github.amlmaven.emulator.job.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.emulator.job.state.JobFailure;
import java.util.List;
import org.junit.jupiter.api.Test;

class SearchSpaceTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aGridIsAllCombinationsInOrder() throws JobFailure {
        SearchSpace space = SearchSpace.of(json("{'a':['choice',[[1,2]]],'b':{'type':'choice','values':['x','y']}}"));

        assertThat(space.grid(3))
                .extracting(Object::toString)
                .containsExactly("{\"a\":1,\"b\":\"x\"}", "{\"a\":1,\"b\":\"y\"}", "{\"a\":2,\"b\":\"x\"}");
    }

    @Test
    void theSameSeedDrawsTheSameValuesWithinTheirBounds() throws JobFailure {
        SearchSpace space = SearchSpace.of(
                json("{'lr':['loguniform',[-7,-1]],'n':['quniform',[10,50,5]],'k':{'type':'randint','upper':3}}"));

        assertThat(space.random(20, 7))
                .isEqualTo(space.random(20, 7))
                .hasSize(20)
                .allSatisfy(point -> {
                    assertThat(point.path("lr").asDouble()).isBetween(Math.exp(-7), Math.exp(-1));
                    assertThat(point.path("n").asInt() % 5).isZero();
                    assertThat(point.path("n").asInt()).isBetween(10, 50);
                    assertThat(point.path("k").asInt()).isBetween(0, 2);
                });
    }

    @Test
    void noValuesAreTriedTwice() throws JobFailure {
        assertThat(SearchSpace.of(json("{'a':['choice',[[1,2,3]]]}")).random(100, 1))
                .hasSize(3);
    }

    @Test
    void aGridOfADistributionAndAnUnknownExpressionAreRefused() {
        assertThatThrownBy(() -> SearchSpace.of(json("{'a':['uniform',[0,1]]}")).grid(10))
                .hasMessageContaining("choices only");
        assertThatThrownBy(() -> SearchSpace.of(json("{'a':['unifrom',[0,1]]}")))
                .hasMessageContaining("uniform");
    }

    @Test
    void aBanditEndsWhatIsOutsideItsSlack() throws JobFailure {
        EarlyTermination bandit = EarlyTermination.of(
                json("{'policyType':'Bandit','slackFactor':0.25,'evaluationInterval':1,'delayEvaluation':2}"), true);

        assertThat(bandit.ends(List.of(0.1), List.of(List.of(0.9, 0.9)))).isFalse();
        assertThat(bandit.ends(List.of(0.1, 0.7), List.of(List.of(0.9, 0.9)))).isTrue();
        assertThat(bandit.ends(List.of(0.1, 0.73), List.of(List.of(0.9, 0.9)))).isFalse();
    }

    @Test
    void medianStoppingComparesWithTheAveragesOfTheOthers() throws JobFailure {
        EarlyTermination median = EarlyTermination.of(json("{'policyType':'MedianStopping'}"), false);

        assertThat(median.ends(List.of(3.0, 2.5), List.of(List.of(2.0, 2.0), List.of(1.0, 1.0, 9.0), List.of(9.0))))
                .isTrue();
        assertThat(median.ends(List.of(3.0, 1.4), List.of(List.of(2.0, 2.0), List.of(1.0, 1.0))))
                .isFalse();
    }

    @Test
    void truncationEndsTheLowestPart() throws JobFailure {
        EarlyTermination half =
                EarlyTermination.of(json("{'policyType':'TruncationSelection','truncationPercentage':50}"), true);
        List<List<Double>> others = List.of(List.of(0.9), List.of(0.2), List.of(0.1));

        assertThat(half.ends(List.of(0.5), others)).isFalse();
        assertThat(half.ends(List.of(0.15), others)).isTrue();
    }
}
