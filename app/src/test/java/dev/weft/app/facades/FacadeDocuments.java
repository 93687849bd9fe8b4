// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An application whose functions are of several contracts, for façades to call. */
final class FacadeDocuments {
    private static final String CLOUDS = """
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: aws-eu}
            spec: {type: aws, region: eu-west-1}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: cellar}
            spec: {type: openwhisk, endpoint: https://whisk.corp.example}
            """;

    private FacadeDocuments() {}

    /** Writes them into {@code folder}. */
    static Path write(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("lambda"));
        Files.createDirectories(folder.resolve("action"));
        Files.writeString(folder.resolve("lambda/index.mjs"), """
                export const echo = async (event, context) => {
                  console.log('served ' + context.awsRequestId);
                  return { event, id: context.awsRequestId, client: context.clientContext ?? null };
                };
                export const fails = async () => { console.log('about to fail'); throw new TypeError('no tea today'); };
                export const told = async (event) => event;
                export const slow = async () => { await new Promise((done) => setTimeout(done, 20000)); };
                """);
        Files.writeString(folder.resolve("action/__main__.py"), """
                def main(args):
                    return {'greeting': 'hello ' + args.get('name', 'world')}
                """);
        Files.writeString(
                folder.resolve("weft.yaml"),
                CLOUDS + lambda("echo", "") + lambda("told", "")
                        + lambda("fails", "  events: {retries: 1, retryAfter: 10ms, onFailure: told}\n")
                        + lambda("slow", "  timeout: 1s\n") + """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: action}
                spec:
                  contract: openwhisk
                  runtime: python:3
                  code: {path: ./action}
                  placement: {clouds: [{name: cellar}]}
                """);
        return folder;
    }

    private static String lambda(String handler, String more) {
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: %1$s, labels: {team: shop}}
                spec:
                  contract: aws-lambda
                  runtime: nodejs20
                  handler: index.%1$s
                  code: {path: ./lambda}
                  placement: {clouds: [{name: aws-eu}]}
                %2$s""".formatted(handler, more);
    }
}
