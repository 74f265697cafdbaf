package io.github.amlmaven.core.appservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.testing.LoopbackService;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SiteLogsTest {

    @ParameterizedTest
    @CsvSource({"web app, mvn aml:deploy-webapp", "function app, mvn aml:deploy-function"})
    void anAppThatIsNotThereIsToldHowItComesThere(String word, String goal) {
        try (LoopbackService service = new LoopbackService();
                AzureClients clients = service.clients(Progress.NONE)) {
            AmlException error = catchThrowableOfType(
                    AmlException.class,
                    () -> new SiteLogs(clients.appServices(), word).read("rg1", "wine", Optional.empty(), 5));

            assertThat(error.code()).isEqualTo(ErrorCode.ARM_NOT_FOUND);
            assertThat(error).hasMessage("There is no " + word + " 'wine' in resource group 'rg1'");
            assertThat(error.remedy()).contains(goal, "-Daml.deploy.name");
        }
    }
}
