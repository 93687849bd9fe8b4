// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import dev.weft.api.facade.Key;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

/** A function that answers a word, and calls of it through Fn's façade as a client sends them. */
final class FnCalls {
    private FnCalls() {}

    /** The application without façades; its function answers {@code word}. */
    static String documents(Path folder, String word) throws IOException {
        Files.createDirectories(folder.resolve("hello"));
        Files.writeString(folder.resolve("hello/server.mjs"), """
            import http from 'node:http';
            http.createServer((asked, answer) => asked.resume().on('end', () => answer.end(process.env.WORD)))
                .listen(process.env.PORT, '127.0.0.1');
            """);
        return """
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: here}
            spec: {type: local}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: hello}
            spec:
              contract: http
              code: {path: hello}
              command: [node, server.mjs]
              env: {WORD: %s}
              placement: {clouds: [{name: here}]}
            """.formatted(word);
    }

    /** A document of kind Facade. */
    static String facade(String type, String more) {
        return """
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Facade
            metadata: {name: %1$s}
            spec: {type: %1$s%2$s}
            """.formatted(type, more);
    }

    /** What it answers, with its status in front. */
    static String call(HttpClient client, String url, Key key) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/invoke/default.hello"))
                .header("Authorization", "Bearer " + key.id() + '.' + key.secret())
                .POST(HttpRequest.BodyPublishers.ofString("x")) // the client would repeat a GET by itself
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }
}
