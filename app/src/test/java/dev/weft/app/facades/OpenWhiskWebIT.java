// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Key;
import dev.weft.app.WeftInTest;
import dev.weft.app.keys.KeysInTest;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Web actions, called as browsers do, of actions that a client makes. */
@Tag("system")
@Timeout(300)
class OpenWhiskWebIT {
    private static final String CODE = """
            function main(p) {
              if (p.fail) return { error: { statusCode: 418, body: 'no tea' } };
              if (p.crash) throw new Error('broken');
              return { statusCode: 201, headers: { 'x-path': p.__ow_path, 'x-method': p.__ow_method }, body: 'hello ' + p.name,
                html: '<p>' + p.name + '</p>', text: 'plain ' + p.name, svg: '<svg/>', auth: p.__ow_headers.authorization,
                query: p.__ow_query, raw: p.__ow_body };
            }
            """;

    @TempDir
    private static Path scratch;

    private static WeftInTest weft;
    private static Key deployer;
    private static Key theirs;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        Path home = scratch.resolve("home");
        deployer = KeysInTest.create(home, "ci", Key.Role.DEPLOY, "default");
        theirs = KeysInTest.create(home, "theirs", Key.Role.ADMIN, "theirs");
        weft = WeftInTest.withFacades(home, List.of("openwhisk"), FacadeDocuments.write(scratch.resolve("app")));
        client = HttpClient.newHttpClient();
        made("open", "{\"key\":\"web-export\",\"value\":true},{\"key\":\"final\",\"value\":true}");
        made("keyed", "{\"key\":\"web-export\",\"value\":true},{\"key\":\"require-whisk-auth\",\"value\":true}");
        made("secret", "{\"key\":\"web-export\",\"value\":true},{\"key\":\"require-whisk-auth\",\"value\":\"sesame\"}");
        made("raw", "{\"key\":\"web-export\",\"value\":true},{\"key\":\"raw-http\",\"value\":true}");
        made("closed", "{\"key\":\"web-export\",\"value\":false}");
    }

    @AfterAll
    static void stop() {
        if (client != null) {
            client.close();
        }
        if (weft != null) {
            weft.close();
        }
    }

    private static String basic(Key key) {
        byte[] pair = (key.id() + ':' + key.secret()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private static HttpResponse<String> send(String method, String path, String body, String... fields)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        weft.facade("openwhisk").resolve(path))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (fields.length > 0) {
            request.headers(fields);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void made(String name, String annotations) throws Exception {
        String document = "{\"exec\":{\"kind\":\"nodejs:20\",\"code\":%s},\"annotations\":[%s],\"parameters\":[%s]}"
                .formatted(
                        JsonMapper.shared().writeValueAsString(CODE),
                        annotations,
                        "{\"key\":\"kept\",\"value\":\"mine\"}");
        String path = "/api/v1/namespaces/_/actions/" + name;
        HttpResponse<String> made =
                send("PUT", path, document, "Authorization", basic(deployer), "Content-Type", "application/json");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    }

    private static HttpResponse<String> web(String path, String... fields) throws Exception {
        return send("GET", "/api/v1/web/default/default/" + path, "", fields);
    }

    @Test
    void theExtensionSaysWhatOfTheResultIsTheAnswer() throws Exception {
        HttpResponse<String> http = web("open.http/a%2Fb?name=ada", "Authorization", "Bearer mine");
        assertThat(http.statusCode()).isEqualTo(201);
        assertThat(http.body()).isEqualTo("hello ada");
        assertThat(http.headers().firstValue("x-path")).hasValue("/a%2Fb");
        assertThat(http.headers().firstValue("x-method")).hasValue("get");
        assertThat(http.headers().firstValue("access-control-allow-origin")).hasValue("*");
        assertThat(http.headers().firstValue("x-openwhisk-activation-id").orElse(""))
                .matches("[0-9a-f]{32}");
        assertThat(web("open?name=ada").body()).isEqualTo("hello ada");
        assertThat(web("open.json?name=ada", "Authorization", "Bearer mine").body())
                .contains("\"statusCode\":201", "\"auth\":\"Bearer mine\"");
        assertThat(web("open.text?name=ada").body()).isEqualTo("plain ada");
        HttpResponse<String> html = web("open.html?name=ada");
        assertThat(html.body()).isEqualTo("<p>ada</p>");
        assertThat(html.headers().firstValue("content-type")).hasValue("text/html; charset=UTF-8");
        assertThat(web("open.svg").headers().firstValue("content-type")).hasValue("image/svg+xml");
        HttpResponse<String> posted = send(
                "POST", "/api/v1/web/default/default/open", "{\"name\":\"eve\"}", "Content-Type", "application/json");
        assertThat(posted.body()).isEqualTo("hello eve");
        assertThat(send("OPTIONS", "/api/v1/web/default/default/open", "").statusCode())
                .isEqualTo(200);
    }

    @Test
    void failuresAreAnsweredAsTheActionSaysOrNotAtAll() throws Exception {
        HttpResponse<String> told = web("open?fail=1");
        assertThat(told.statusCode() + told.body()).isEqualTo("418no tea");
        HttpResponse<String> crashed = web("open?crash=1");
        assertThat(crashed.statusCode()).isEqualTo(400);
        assertThat(crashed.body())
                .contains("There was an error processing your request.")
                .doesNotContain("broken");
        assertThat(web("open?kept=yours").body()).contains("parameters that are not allowed");
        assertThat(web("open?__ow_user=me").statusCode()).isEqualTo(400);
        HttpResponse<String> raw = send(
                "POST",
                "/api/v1/web/default/default/raw.json?b=1&kept=x",
                "{\"name\":\"eve\"}",
                "Content-Type",
                "application/json");
        assertThat(raw.statusCode()).as(raw.body()).isEqualTo(200);
        assertThat(raw.body())
                .contains("\"body\":\"hello undefined\"", "\"query\":\"b=1&kept=x\"")
                .contains("\"raw\":\""
                        + Base64.getEncoder().encodeToString("{\"name\":\"eve\"}".getBytes(StandardCharsets.UTF_8)));
        assertThat(send("POST", "/api/v1/web/default/default/raw.json", "plain ü", "Content-Type", "text/plain")
                        .body())
                .contains("\"raw\":\"plain ü\"");
        assertThat(web("open.json/body").statusCode()).isEqualTo(501);
    }

    @Test
    void whoMayCallIsWhoTheAnnotationLets() throws Exception {
        assertThat(web("closed").statusCode()).isEqualTo(404);
        assertThat(web("echo").statusCode()).isEqualTo(404);
        assertThat(send("GET", "/api/v1/web/theirs/default/open", "").statusCode())
                .isEqualTo(404);
        assertThat(send("GET", "/api/v1/web/default/pack/open", "").statusCode())
                .isEqualTo(404);
        assertThat(web("keyed").statusCode()).isEqualTo(401);
        assertThat(web("keyed", "Authorization", basic(theirs)).statusCode()).isEqualTo(401);
        HttpResponse<String> keyed = web("keyed.json", "Authorization", basic(deployer));
        assertThat(keyed.statusCode()).isEqualTo(200);
        assertThat(keyed.body()).doesNotContain("\"auth\"");
        assertThat(web("secret").statusCode()).isEqualTo(401);
        assertThat(web("secret", "X-Require-Whisk-Auth", "sesam").statusCode()).isEqualTo(401);
        assertThat(web("secret", "X-Require-Whisk-Auth", "sesame").statusCode()).isEqualTo(201);
    }
}
