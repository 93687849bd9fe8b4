// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.weft.adapters.action.ActionProxy;
import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.HostFiles;
import dev.weft.testkit.Archives;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What a folder is packed as for OpenWhisk, sent to a runtime as the invoker does: the code in the request, and no folder. */
@Timeout(60)
class OneJarIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final byte[] HELLO = JavaClasses.asking("shop.Hello", "shop.Echo", 8);
    private static final byte[] ECHO = JavaClasses.echo("shop.Echo", "main", JavaClasses.ACTION, 8);

    @TempDir
    private Path scratch;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private @Nullable Process runtime;
    private int port;

    @AfterEach
    void end() throws InterruptedException {
        if (runtime != null) {
            runtime.destroyForcibly();
            assertThat(runtime.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void classesAloneAreOneJar() throws Exception {
        Path folder = scratch.resolve("code");
        JavaClasses.write(folder, "shop.Hello", HELLO);
        JavaClasses.write(folder, "shop.Echo", ECHO);

        assertThat(answer(folder)).isEqualTo("{\"who\":\"ada\"}");
    }

    @Test
    void classesFindThoseInJarsBesideThemAndInLib() throws Exception {
        Path folder = scratch.resolve("code");
        JavaClasses.write(folder, "shop.Hello", HELLO);
        JavaClasses.jar(folder.resolve("lib/echo.jar"), Map.of("shop/Echo.class", ECHO));

        assertThat(answer(folder)).isEqualTo("{\"who\":\"ada\"}");
    }

    @Test
    void anActionThatIsInAJarItselfIsFound() throws Exception {
        Path folder = scratch.resolve("code");
        JavaClasses.jar(folder.resolve("hello.jar"), Map.of("shop/Hello.class", HELLO));
        JavaClasses.jar(folder.resolve("lib/echo.jar"), Map.of("shop/Echo.class", ECHO));

        assertThat(answer(folder)).isEqualTo("{\"who\":\"ada\"}");
    }

    @Test
    void aClassMayBeNamedInAnyLetters() throws Exception {
        Path folder = scratch.resolve("code");
        byte[] greeting = JavaClasses.echo("läden.Grüße", "grüß", JavaClasses.ACTION, 8);
        JavaClasses.jar(folder.resolve("hello.jar"), Map.of("läden/Grüße.class", greeting));

        assertThat(answer(folder, "läden.Grüße#grüß")).isEqualTo("{\"who\":\"ada\"}");
    }

    private String answer(Path folder) throws Exception {
        return answer(folder, "shop.Hello");
    }

    private String answer(Path folder, String handler) throws Exception {
        Function function = SampleFunction.handler("one", Function.Contract.OPENWHISK, "java:8", handler)
                .function();
        Packing packing = ((Packed.As) ActionPacking.of(function, folder)).packing();
        Path jar = Archives.pack(folder, packing, scratch.resolve("one.jar")).file();
        start();
        String code = Base64.getEncoder().encodeToString(Files.readAllBytes(jar));
        assertThat(post(
                        "/init",
                        Map.of(
                                "value",
                                Map.of("name", "one", "main", packing.handler(), "code", code, "binary", true))))
                .isEqualTo("OK");
        return post("/run", Map.of("value", Map.of("who", "ada")));
    }

    private void start() throws IOException, InterruptedException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path temporary = Files.createDirectories(scratch.resolve("tmp"));
        ProcessBuilder building = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        HostFiles.classes(ActionProxy.class) + ":" + HostFiles.classes(JsonObject.class),
                        ActionProxy.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(scratch.resolve("output.txt").toFile());
        building.environment().put("WEFT_ACTION_PORT", Integer.toString(port));
        Process started = building.start();
        runtime = started;
        while (!listens()) {
            assertThat(started.waitFor(10, TimeUnit.MILLISECONDS))
                    .as("it ended")
                    .isFalse();
        }
    }

    private boolean listens() {
        try (java.net.Socket probe = new java.net.Socket("127.0.0.1", port)) {
            return probe.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private String post(String path, Object message) throws Exception {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(message)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode())
                .as("%s: %s", response.body(), Files.readString(scratch.resolve("output.txt")))
                .isEqualTo(200);
        return response.body();
    }
}
