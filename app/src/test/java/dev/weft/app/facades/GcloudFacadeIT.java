// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Key;
import dev.weft.app.WeftInTest;
import dev.weft.app.keys.KeysInTest;
import dev.weft.testkit.VendorCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** gcloud, unmodified but for endpoints and token, where it is installed: the life of a function of each version. */
@Tag("system")
@Timeout(600)
class GcloudFacadeIT {
    private static final List<String> APIS = List.of(
            "CLOUDFUNCTIONS",
            "RUN",
            "SERVICEUSAGE",
            "CLOUDBUILD",
            "CLOUDRESOURCEMANAGER",
            "ARTIFACTREGISTRY",
            "IAM",
            "LOGGING");
    private static final int SECONDS_MAX = 120;

    @TempDir
    private static Path scratch;

    private static WeftInTest weft;
    private static Path source;
    private static Path token;

    @BeforeAll
    static void start() throws Exception {
        VendorCommand.needed("gcloud");
        Path home = scratch.resolve("home");
        Key key = KeysInTest.create(home, "ci", Key.Role.DEPLOY, "default");
        token = Files.writeString(scratch.resolve("token"), key.id() + '.' + key.secret());
        source = Files.createDirectories(scratch.resolve("source"));
        Files.writeString(source.resolve("package.json"), "{\"main\":\"index.js\"}");
        Files.writeString(source.resolve("index.js"), """
                const functions = require('@google-cloud/functions-framework');
                functions.http('hello', (request, response) => {
                  console.log('greeting ' + request.body.name);
                  response.send('hello ' + request.body.name + (process.env.MARK ?? '.'));
                });
                """);
        weft = WeftInTest.withFacades(home, List.of("google"), ThreeFunctions.write(scratch.resolve("app")));
    }

    @AfterAll
    static void stop() {
        if (weft != null) {
            weft.close();
        }
    }

    private record Said(int exit, String text) {}

    private static Said gcloud(String... words) throws Exception {
        List<String> line = new ArrayList<>(List.of("gcloud", "functions"));
        line.addAll(List.of(words));
        line.addAll(List.of("--project=default", "--quiet"));
        if (!words[0].equals("list")) {
            line.add("--region=europe-west1");
        }
        Path out = Files.createTempFile(scratch, "gcloud-", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(out.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("CLOUDSDK_") || name.startsWith("GOOGLE_"));
        for (String api : APIS) {
            environment.put("CLOUDSDK_API_ENDPOINT_OVERRIDES_" + api, weft.facade("google") + "/");
        }
        environment.put("CLOUDSDK_CONFIG", scratch.resolve("config").toString());
        environment.put("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", token.toString());
        environment.put("CLOUDSDK_CORE_DISABLE_USAGE_REPORTING", "true");
        environment.put("CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK", "true");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Said(process.exitValue(), Files.readString(out));
    }

    private static String done(String... words) throws Exception {
        Said said = gcloud(words);
        assertThat(said.exit()).as("%s", said.text()).isZero();
        return said.text();
    }

    private static String deploy(String name, String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                "deploy",
                name,
                "--runtime=nodejs20",
                "--entry-point=hello",
                "--trigger-http",
                "--no-allow-unauthenticated",
                "--source=" + source));
        words.addAll(List.of(more));
        return done(words.toArray(String[]::new));
    }

    @Test
    void aFunctionOfTheSecondVersionLives() throws Exception {
        assertThat(deploy("second", "--gen2")).contains("state: ACTIVE", "environment: GEN_2");
        assertThat(done("call", "second", "--gen2", "--data={\"name\":\"ada\"}"))
                .contains("hello ada.");
        assertThat(deploy("second", "--gen2", "--timeout=30", "--set-env-vars=MARK=!"))
                .contains("timeoutSeconds: 30");
        assertThat(done("call", "second", "--gen2", "--data={\"name\":\"ada\"}"))
                .contains("hello ada!");
        assertThat(done("describe", "second", "--gen2")).contains("MARK: '!'", "timeoutSeconds: 30");
        assertThat(done("list", "--filter=name~second")).contains("second");
        WeftInTest.await(
                Duration.ofSeconds(30),
                () -> gcloud("logs", "read", "second", "--gen2").text().contains("greeting ada"));
        assertThat(done("delete", "second", "--gen2")).contains("Deleted");
        Said gone = gcloud("describe", "second", "--gen2");
        assertThat(gone.exit()).isNotZero();
        assertThat(gone.text()).contains("was not found");
    }

    @Test
    void aFunctionOfTheFirstVersionLives() throws Exception {
        assertThat(deploy("first", "--no-gen2")).contains("status: ACTIVE");
        assertThat(done("call", "first", "--data={\"name\":\"eve\"}")).contains("hello eve.");
        assertThat(done("delete", "first")).contains("Deleted");
    }

    @Test
    void everybodyIsLetInByNoPolicy() throws Exception {
        Said said = gcloud(
                "deploy",
                "open",
                "--gen2",
                "--runtime=nodejs20",
                "--entry-point=hello",
                "--trigger-http",
                "--allow-unauthenticated",
                "--source=" + source);
        assertThat(said.exit()).isNotZero();
        assertThat(said.text()).contains("Weft's keys say who may call");
        done("delete", "open", "--gen2");
    }
}
