// SPDX-License-Identifier: Apache-2.0
package dev.weft.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What an image says of how it is started. Its user, ports, volumes and health check mean nothing here. */
record ImageConfiguration(List<String> command, Map<String, String> env, String workingFolder) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** As in the image's configuration; wrong ones are an {@link IllegalArgumentException} whose message follows the image's name. */
    static ImageConfiguration of(byte[] json) {
        JsonNode all;
        try {
            all = JSON.readTree(json);
        } catch (IOException broken) {
            throw new IllegalArgumentException("has a configuration that is no JSON", broken);
        }
        String system = all.path("os").asText("linux");
        if (!system.equals("linux")) {
            throw new IllegalArgumentException("is for " + RootFolder.shown(system) + ", and functions run on Linux");
        }
        JsonNode config = all.path("config");
        List<String> command = texts(config.path("Entrypoint"));
        command.addAll(texts(config.path("Cmd")));
        Map<String, String> env = new HashMap<>();
        for (String each : texts(config.path("Env"))) {
            int end = each.indexOf('=');
            if (end > 0) {
                env.put(each.substring(0, end), each.substring(end + 1));
            }
        }
        String folder = config.path("WorkingDir").asText("");
        return new ImageConfiguration(
                List.copyOf(command), Map.copyOf(env), "/" + String.join("/", RootFolder.parts(folder)));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        for (JsonNode each : list) {
            String text = each.asText();
            if (text.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("has a NUL character in its configuration");
            }
            texts.add(text);
        }
        return texts;
    }
}
