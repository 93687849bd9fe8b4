// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import dev.weft.api.facade.Key;
import dev.weft.clouds.aws.account.Boto3;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Azure's own command line, unmodified, with a folder of its own for what it keeps. It is the one of the Python that WEFT_PYTHON names.
 *
 * @param certificate what the façade's certificate is trusted by
 */
record AzureCli(Path folder, URI endpoint, Path certificate) {
    /** Logs in with a key, as an application does. */
    void login(Key key) throws Exception {
        Files.createDirectories(folder);
        String at = endpoint.toString();
        String ignored = text(
                "cloud",
                "register",
                "-n",
                "weft",
                "--endpoint-resource-manager",
                at,
                "--endpoint-active-directory",
                at,
                "--endpoint-active-directory-resource-id",
                at,
                "--endpoint-active-directory-graph-resource-id",
                at,
                "--suffix-storage-endpoint",
                "weft.invalid");
        ignored = text("cloud", "set", "-n", "weft");
        ignored = text("login", "--service-principal", "-u", key.id(), "-p", key.secret(), "-t", "weft");
    }

    /** What one command answers, whose words stand between spaces. */
    JsonNode run(String command) throws Exception {
        String said = text(command.split(" ", -1));
        return JsonMapper.shared().readTree(said.isBlank() ? "null" : said);
    }

    private String text(String... words) throws IOException, InterruptedException {
        StringBuilder line = new StringBuilder("import sys, runpy\nsys.argv = ['az'");
        for (String each : words) {
            line.append(", ").append(JsonMapper.shared().writeValueAsString(each));
        }
        line.append(", '-o', 'json', '--only-show-errors']\nrunpy.run_module('azure.cli', run_name='__main__')\n");
        return Boto3.python(
                line.toString(),
                Map.of(
                        "AZURE_CONFIG_DIR", folder.toString(),
                        "REQUESTS_CA_BUNDLE", certificate.toString(),
                        "AZURE_CORE_INSTANCE_DISCOVERY", "false",
                        "AZURE_CORE_COLLECT_TELEMETRY", "false",
                        "AZURE_CORE_LOGIN_EXPERIENCE_V2", "off"));
    }
}
