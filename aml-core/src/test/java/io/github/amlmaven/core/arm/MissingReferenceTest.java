package io.github.amlmaven.core.arm;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpHeaders;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MissingReferenceTest {

    private static final String WORKSPACE =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "environments/sklearn/versions/7 | no environment 'sklearn' version 7 | environment: environment.yml",
                "models/wine/versions/3. | no model 'wine' version 3: | mvn aml:register",
                "computes/gpu | no compute 'gpu' | az ml compute list",
                "components/train/versions/1 | no component 'train' version 1 | registered on the way",
                "data/wine | no data asset 'wine' | uploaded on the way",
            })
    void whatIsNotThereIsNamedWithTheWayToGetIt(String id, String missing, String way) {
        AmlException error = refused(400, "The id names a resource that does not exist: " + WORKSPACE + "/" + id);

        assertThat(error.code()).isEqualTo(ErrorCode.ARM_BAD_REQUEST);
        assertThat(error.remedy()).contains(missing, way);
    }

    @Test
    void otherComplaintsKeepTheirOwnRemedy() {
        assertThat(refused(400, "The environment " + WORKSPACE + "/environments/e/versions/1 is archived.")
                        .remedy())
                .isEqualTo(ErrorCode.ARM_BAD_REQUEST.remedy())
                .isNotEmpty();
        assertThat(refused(400, "/mnt/data/x.csv not found").remedy()).isEqualTo(ErrorCode.ARM_BAD_REQUEST.remedy());
        assertThat(refused(409, WORKSPACE + "/models/m/versions/1 does not exist")
                        .remedy())
                .isEqualTo(ErrorCode.ARM_CONFLICT.remedy());
    }

    private static AmlException refused(int status, String message) {
        return ArmErrors.ofResponse(
                "deploy blue",
                status,
                new HttpHeaders(),
                "{\"error\":{\"code\":\"UserError\",\"message\":\"" + message + "\"}}");
    }
}
