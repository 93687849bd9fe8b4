// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.codeengine;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.clouds.ibm.TestFunctions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class CodeEngineAppsIT extends CodeEngineContract {
    @Override
    protected String kind() {
        return "apps";
    }

    @Override
    protected Cloud cloud() {
        return TestFunctions.cloud(
                Cloud.Type.CODE_ENGINE,
                cloud.server.uri(),
                "eu-de",
                Map.of(
                        "project", PlayedCodeEngine.PROJECT,
                        "runs", "apps",
                        "visibility", "project",
                        "registrySecret", "icr"));
    }

    @Override
    protected Map<String, String> environment() {
        return Map.of(
                "IC_API_KEY",
                PlayedCodeEngine.KEY,
                "IAM_ENDPOINT",
                cloud.server.uri().toString());
    }

    @Override
    protected Function function(String name, Path folder, String answer) throws IOException {
        Files.writeString(folder.resolve("answer"), answer);
        return TestFunctions.of(
                name, Function.Contract.HTTP, null, TestFunctions.Asked.usual().in("icr.io/shop/" + name));
    }

    @Override
    protected Artifact artifact(Path folder, Packing packing) throws IOException {
        String digest =
                Ownership.hash(Files.readString(folder.resolve("answer")).getBytes(StandardCharsets.UTF_8));
        return new Artifact.Image("icr.io/shop/one:weft-" + digest + "@sha256:" + digest, digest);
    }

    @Override
    protected Function other(Function function) {
        return TestFunctions.of(
                function.name(),
                Function.Contract.HTTP,
                null,
                TestFunctions.Asked.usual().sized("2G", Duration.ofMinutes(5)).in("icr.io/shop/one"));
    }

    @Override
    protected boolean foreign(String name) {
        ObjectNode theirs = (ObjectNode) JsonMapper.shared().readTree("""
                        {"name":"%s","image_reference":"icr.io/them/app:1","run_commands":["serve"],"run_arguments":["-v"],
                         "scale_memory_limit":"4G","scale_cpu_limit":"1","scale_request_timeout":300,
                         "scale_concurrency":100,"scale_min_instances":0,"scale_max_instances":10,
                         "managed_domain_mappings":"local_public","endpoint":"https://%s.example","entity_tag":"7",
                         "status":"ready","run_env_variables":[]}
                        """.formatted(name, name));
        cloud.entities.put("apps/" + name, theirs);
        return true;
    }
}
