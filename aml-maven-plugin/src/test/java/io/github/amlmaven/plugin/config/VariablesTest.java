package io.github.amlmaven.plugin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.error.AmlException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class VariablesTest {

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "${env.DB_PASSWORD}")
    void aVariableWithoutAValueIsRefused(String value) {
        Map<String, String> given = new HashMap<>(Map.of("MODE", "fast"));
        given.put("DB_PASSWORD", value);

        assertThatThrownBy(() -> Variables.of("secureEnvironment", given))
                .isInstanceOf(AmlException.class)
                .hasMessage("<DB_PASSWORD> of <secureEnvironment> has no value");
    }

    @Test
    void anEmptyValueIsOne() {
        assertThat(Variables.of("environment", Map.of("MODE", ""))).containsExactly(Map.entry("MODE", ""));
    }
}
