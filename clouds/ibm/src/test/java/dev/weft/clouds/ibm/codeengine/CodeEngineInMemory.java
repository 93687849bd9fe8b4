// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.codeengine;

import dev.weft.testkit.PlayedCloud;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Code Engine and IBM's identity service, played by {@link PlayedCodeEngine}. */
public final class CodeEngineInMemory implements PlayedCloud {
    private static final String FUNCTIONS = "functions/";

    private final PlayedCodeEngine cloud;

    /** Starts it. */
    public CodeEngineInMemory() throws IOException {
        cloud = new PlayedCodeEngine();
    }

    @Override
    public URI endpoint() {
        return cloud.server.uri();
    }

    @Override
    public Map<String, String> account() {
        return Map.of("project", PlayedCodeEngine.PROJECT);
    }

    @Override
    public Map<String, String> environment(Path home) {
        return Map.of(
                "IBMCLOUD_API_KEY",
                PlayedCodeEngine.KEY,
                "IBMCLOUD_IAM_API_ENDPOINT",
                cloud.server.uri().toString());
    }

    @Override
    public Map<String, String> wrongEnvironment(Path home) {
        return Map.of("IBMCLOUD_API_KEY", "an-api-key-that-is-not-the-right-one");
    }

    @Override
    public List<String> secrets() {
        return List.of(PlayedCodeEngine.KEY, "an-api-key-that-is-not-the-right-one", "c2lnbmF0dXJl");
    }

    @Override
    public void foreign(String name) {
        ObjectNode theirs = (ObjectNode) JsonMapper.shared().readTree("""
                {"name":"%s","runtime":"nodejs-20","code_reference":"data:text/plain;base64,ZXhwb3J0cy5tYWluPTE=",
                 "code_main":"main","code_binary":false,"scale_memory_limit":"4G","scale_cpu_limit":"1",
                 "scale_max_execution_time":60,"scale_concurrency":1,"managed_domain_mappings":"local_public",
                 "endpoint":"https://%s.example","entity_tag":"7","status":"ready","run_env_variables":[]}
                """.formatted(name, name));
        cloud.entities.put(FUNCTIONS + name, theirs);
    }

    @Override
    public void touch(String name) {
        cloud.entity(FUNCTIONS + name).put("scale_memory_limit", "4G").put("entity_tag", "touched");
    }

    @Override
    public Set<String> names() {
        return cloud.entities.keySet().stream()
                .filter(each -> each.startsWith(FUNCTIONS))
                .map(each -> each.substring(FUNCTIONS.length()))
                .collect(Collectors.toSet());
    }

    @Override
    public List<String> stored() {
        return cloud.secretValues();
    }

    @Override
    public void close() {
        cloud.close();
    }
}
