// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.Sha256;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The variables of a function app on Azure. Source: "Environment variables and app settings in Azure App Service". */
final class AzureEnvironment {
    /** What Weft tells its own workers: a JSON object. */
    static final String WORKER = "WEFT_AZURE_WORKER";

    static final String HANDLER_PORT = "FUNCTIONS_CUSTOMHANDLER_PORT";

    /** The older name of the same, which some handlers still read. */
    static final String WORKER_PORT = "FUNCTIONS_HTTPWORKER_PORT";

    /** What a function can't set itself. */
    static final List<String> RESERVED = List.of(
            WORKER,
            HANDLER_PORT,
            WORKER_PORT,
            "FUNCTIONS_CUSTOMHANDLER_WORKER_ID",
            "FUNCTIONS_WORKER_RUNTIME",
            "FUNCTIONS_WORKER_RUNTIME_VERSION",
            "FUNCTIONS_EXTENSION_VERSION",
            "AzureWebJobsScriptRoot",
            "WEBSITE_SITE_NAME",
            "WEBSITE_HOSTNAME",
            "WEBSITE_INSTANCE_ID");

    private AzureEnvironment() {}

    /** The app's settings, then what the platform sets over them. */
    static Map<String, String> of(ContractHost.Setup setup, AzureRuntime runtime, Map<String, String> settings) {
        Function function = setup.function();
        String name = function.metadata().name();
        Map<String, String> env = new LinkedHashMap<>(settings);
        env.put("FUNCTIONS_WORKER_RUNTIME", runtime.worker().word);
        if (runtime.version() > 0) {
            env.put(
                    "FUNCTIONS_WORKER_RUNTIME_VERSION",
                    (runtime.language() == ContractHost.Language.NODE ? "~" : "") + runtime.version());
        }
        env.put("FUNCTIONS_EXTENSION_VERSION", "~4");
        env.put("AZURE_FUNCTIONS_ENVIRONMENT", settings.getOrDefault("AZURE_FUNCTIONS_ENVIRONMENT", "Production"));
        env.put("AzureWebJobsScriptRoot", setup.code().toString());
        env.put("WEBSITE_SITE_NAME", name);
        env.put("WEBSITE_HOSTNAME", name + ".azurewebsites.net");
        env.put("WEBSITE_INSTANCE_ID", digest(setup.instance()));
        env.put("WEBSITE_SKU", "Dynamic");
        env.put("WEBSITE_RESOURCE_GROUP", setup.cloud().name());
        env.put("WEBSITE_SLOT_NAME", "Production");
        env.put(
                "WEBSITE_MEMORY_LIMIT_MB",
                Long.toString(function.spec().memory().mebibytes()));
        env.put("REGION_NAME", setup.cloud().region());
        env.put("TZ", settings.getOrDefault("TZ", "UTC"));
        return env;
    }

    /** Azure's instance ids are 64 hex digits. */
    private static String digest(String instance) {
        return Sha256.hex(instance.getBytes(StandardCharsets.UTF_8));
    }
}
