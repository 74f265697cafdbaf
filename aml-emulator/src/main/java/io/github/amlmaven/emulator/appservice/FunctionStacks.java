package io.github.amlmaven.emulator.appservice;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import java.io.IOException;

/**
 * {@code GET /providers/Microsoft.Web/functionAppStacks}: what function apps can be written in. Here that is one stack, custom
 * handlers, which is what the emulated Functions host runs.
 */
final class FunctionStacks {

    static final String PATH = "/providers/Microsoft.Web/functionAppStacks";

    private static final String CUSTOM = "custom";

    private FunctionStacks() {}

    static void send(Exchange exchange) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ObjectNode stack = answer.putArray("value").addObject();
        stack.put("id", PATH + "/" + CUSTOM).put("name", CUSTOM).put("type", "Microsoft.Web/functionAppStacks");
        ObjectNode properties = named(stack.putObject("properties")).put("preferredOs", "windows");
        ObjectNode major = named(properties.putArray("majorVersions").addObject());
        ObjectNode minor = named(major.putArray("minorVersions").addObject());
        ObjectNode linux = minor.putObject("stackSettings").putObject("linuxRuntimeSettings");
        linux.put("runtimeVersion", "").put("isPreview", false).put("isDefault", true);
        linux.put("isHidden", false).put("isDeprecated", false).put("remoteDebuggingSupported", false);
        linux.putObject("appInsightsSettings").put("isSupported", true);
        linux.putObject("gitHubActionSettings").put("isSupported", false);
        linux.putObject("appSettingsDictionary").put("FUNCTIONS_WORKER_RUNTIME", CUSTOM);
        linux.putObject("siteConfigPropertiesDictionary")
                .put("use32BitWorkerProcess", false)
                .put("linuxFxVersion", "");
        linux.putArray("supportedFunctionsExtensionVersions").add("~4");
        exchange.send(200, answer);
    }

    private static ObjectNode named(ObjectNode node) {
        return node.put("displayText", "Custom Handler").put("value", CUSTOM);
    }
}
