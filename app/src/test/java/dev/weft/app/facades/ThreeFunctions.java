// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An application of three functions, each of another contract, that say what they were called with. */
final class ThreeFunctions {
    private ThreeFunctions() {}

    /** Writes it into {@code app}. */
    static Path write(Path app) throws IOException {
        Files.createDirectories(app);
        Files.writeString(app.resolve("weft.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: here}
                spec: {type: local}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: compute, labels: {team: shop}}
                spec:
                  contract: alibaba-fc
                  runtime: nodejs20
                  handler: index.handler
                  code: {path: ./compute}
                  env: {WORD: a-value-that-nobody-is-shown}
                  placement: {clouds: [{name: here}]}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: lambda}
                spec:
                  contract: aws-lambda
                  runtime: nodejs20
                  handler: index.handler
                  timeout: 2s
                  code: {path: ./lambda}
                  placement: {clouds: [{name: here}]}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: server}
                spec:
                  contract: http
                  command: [node, index.js]
                  code: {path: ./server}
                  placement: {clouds: [{name: here}]}
                """);
        code(app);
        return app;
    }

    private static void code(Path app) throws IOException {
        Files.writeString(Files.createDirectories(app.resolve("compute")).resolve("index.js"), """
                exports.handler = (event, context, callback) => {
                  const said = JSON.parse(event.toString());
                  console.log('compute serves ' + said.name);
                  if (said.fail) {
                    callback(new Error('compute was asked to fail'));
                  } else {
                    callback(null, JSON.stringify({hello: said.name}));
                  }
                };
                """);
        Files.writeString(Files.createDirectories(app.resolve("lambda")).resolve("index.mjs"), """
                export const handler = async (event) => {
                  if (event.fail) {
                    throw new TypeError('lambda was asked to fail');
                  }
                  if (event.sleep) {
                    await new Promise((over) => setTimeout(over, event.sleep));
                  }
                  return {lambda: event};
                };
                """);
        Files.writeString(Files.createDirectories(app.resolve("server")).resolve("index.js"), """
                require('http').createServer((request, answer) => {
                  const parts = [];
                  request.on('data', (part) => parts.push(part));
                  request.on('end', () => {
                    answer.setHeader('content-type', request.headers['content-type'] || 'text/plain');
                    answer.setHeader('x-echo', request.headers['x-echo'] || '');
                    answer.end(Buffer.concat(parts));
                  });
                }).listen(process.env.PORT, '127.0.0.1');
                """);
    }
}
