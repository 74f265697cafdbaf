package io.github.amlmaven.emulator.job.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.emulator.job.state.JobFailure;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandTemplateTest {

    private static final Map<String, String> INPUTS = Map.of("lr", "0.1", "data", "/in/data", "group.depth", "3");
    private static final Map<String, String> OUTPUTS = Map.of("model", "/out/model");

    @Test
    void inputsAndOutputsAreReplacedAlsoWithSpacesAndPathSuffix() throws JobFailure {
        assertThat(
                        resolve(
                                "train ${{inputs.lr}} ${{ inputs.data }} ${{outputs.model.path}} ${{inputs.group.depth}} $HOME"))
                .isEqualTo("train 0.1 /in/data /out/model 3 $HOME");
    }

    @Test
    void optionalPartIsLeftOutWhenItsInputIsNotGiven() throws JobFailure {
        assertThat(resolve("run $[[--lr ${{inputs.lr}}]] $[[--seed ${{inputs.seed}}]] end"))
                .isEqualTo("run --lr 0.1  end");
    }

    @Test
    void valuesWithDollarsAndBackslashesAreTakenLiterally() throws JobFailure {
        assertThat(new CommandTemplate("echo ${{inputs.x}}").resolve(Map.of("x", "$1\\n"), Map.of()))
                .isEqualTo("echo $1\\n");
    }

    @Test
    void unknownNamesAndUnknownExpressionsAreAllNamed() {
        assertThatThrownBy(() -> resolve("a ${{inputs.nope}} b ${{search_space.x}} c ${{outputs.none}}"))
                .isInstanceOf(JobFailure.class)
                .hasMessageContaining("${{inputs.nope}}")
                .hasMessageContaining("${{search_space.x}}")
                .hasMessageContaining("${{outputs.none}}");
    }

    private static String resolve(String command) throws JobFailure {
        return new CommandTemplate(command).resolve(INPUTS, OUTPUTS);
    }
}
