// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.testkit.SampleFunction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Keys, requests, apps and zip files for the façade's tests. */
final class FacadeSamples {
    static final Instant NOW = Instant.parse("2026-11-30T09:00:00Z");
    static final String HOST = "azure.example:8092";

    static final Key DEPLOY =
            new Key("WEFTDEPLOY0000000001", "deploy".repeat(6) + "0001", "ci", Key.Role.DEPLOY, "default");
    static final Key INVOKE =
            new Key("WEFTINVOKE0000000001", "invoke".repeat(6) + "0001", "app", Key.Role.INVOKE, "default");
    static final Key ELSEWHERE =
            new Key("WEFTELSEWHERE0000001", "others".repeat(6) + "0001", "they", Key.Role.ADMIN, "other");
    static final Map<String, Key> KEYS = Map.of(DEPLOY.id(), DEPLOY, INVOKE.id(), INVOKE, ELSEWHERE.id(), ELSEWHERE);

    static final String SITES = "/subscriptions/default/resourceGroups/shop/providers/Microsoft.Web/sites/";

    private FacadeSamples() {}

    static String said(Key key) {
        return key.id() + '.' + key.secret();
    }

    static FacadeRequest request(String method, String target, String body, String... headers) {
        return at(HOST, method, target, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** With the key as a bearer token. */
    static FacadeRequest request(Key key, String method, String target, String body) {
        return request(method, target, body, "Authorization", "Bearer " + said(key));
    }

    static FacadeRequest at(String authority, String method, String target, byte[] body, String... headers) {
        int query = target.indexOf('?');
        RequestLine line = query < 0
                ? new RequestLine(method, target, null)
                : new RequestLine(method, target.substring(0, query), target.substring(query + 1));
        return new FacadeRequest(line, Headers.of(headers), body, "https", authority, "127.0.0.1");
    }

    /** A function that Azure's clients did not make. */
    static Function function(String namespace, String name, Map<String, String> annotations) {
        Function sample = SampleFunction.handler(name, Function.Contract.AWS_LAMBDA, "nodejs20", "index.handler")
                .function();
        return new Function(new Metadata(name, namespace, Map.of("team", "shop"), annotations), sample.spec());
    }

    static Wish.Came came(Outcome outcome, String body) {
        return new Wish.Came(
                outcome, body.getBytes(StandardCharsets.UTF_8), "call-1", "here", Duration.ofMillis(5), "");
    }

    static Outcome response(int status, String... headers) {
        return new Outcome.Response(status, Headers.of(headers), Body.empty());
    }

    static byte[] zip(Map<String, String> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> each : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(each.getKey()));
                zip.write(each.getValue().getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return bytes.toByteArray();
    }

    /** An app for Node.js with functions of these names. */
    static byte[] node(String... names) {
        StringBuilder code = new StringBuilder("const { app } = require('@azure/functions');\n");
        for (String each : names) {
            code.append("app.http('")
                    .append(each)
                    .append("', {handler: async () => ({body: '")
                    .append(each)
                    .append("'})});\n");
        }
        return zip(Map.of(
                "host.json", "{\"version\":\"2.0\"}",
                "package.json", "{\"main\":\"index.js\",\"dependencies\":{\"@azure/functions\":\"^4.0.0\"}}",
                "index.js", code.toString()));
    }

    /** What makes an app of that runtime, with more properties of its siteConfig. */
    static String site(String stack, String more) {
        return """
                {"kind":"functionapp,linux","location":"westeurope","tags":{"team":"blue"},"properties":{"reserved":true,
                "siteConfig":{"linuxFxVersion":"%s"%s}}}""".formatted(stack, more);
    }
}
