package io.github.amlmaven.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageNameTest {

    private static final String DIGEST = "sha256:" + "0".repeat(64);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "iris",
                "iris:1.0",
                "team/iris:1.0",
                "acr1.azurecr.io/team/iris:1.0",
                "localhost/iris:1",
                "localhost:7443/a/b:1",
                "127.0.0.1:5000/a__b/c-d:T_1"
            })
    void aNameIsWrittenBackAsItWas(String text) {
        assertThat(ImageName.parse(text)).hasToString(text);
        assertThat(ImageName.parse(text + "@" + DIGEST)).hasToString(text + "@" + DIGEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Iris", "iris:", "a//b", "iris@sha256:12", "http://x/y:1", "iris:1 2", "-a", "a/-b"})
    void whatIsNoNameIsRefused(String text) {
        AmlException failure = catchThrowableOfType(AmlException.class, () -> ImageName.parse(text));

        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
    }

    @Test
    void aHostIsToldFromAFolderByItsDotOrPort() {
        assertThat(ImageName.parse("team/iris").registry()).isEmpty();
        assertThat(ImageName.parse("a.io/iris").registry()).contains("a.io");
    }

    @Test
    void aPinnedImageHasItsDigestOnly() {
        assertThat(ImageName.parse("a.io/iris:1").withDigest(DIGEST)).hasToString("a.io/iris@" + DIGEST);
    }
}
