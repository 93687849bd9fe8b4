// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.adapters.Target;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.HostFiles;
import dev.weft.clouds.google.GoogleHost;
import dev.weft.clouds.oracle.FnHost;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One function of every contract that does the same: greets {@code who}, prints it, fails when it is told {@code fail}, and
 * sends back the bytes of what comes to {@code /echo}.
 */
record AdapterSamples(EngineUnderTest under) {
    private static final String GREETING = "'hello ' + said.who + ' by ' + method + ' ' + path";

    private static final String SERVER = """
            import http from 'node:http';
            http.createServer((request, response) => {
              const chunks = [];
              request.on('data', (chunk) => chunks.push(chunk));
              request.on('end', () => {
                const body = Buffer.concat(chunks);
                const { method, url: path } = request;
                if (path === '/echo') { response.setHeader('content-type', 'application/octet-stream'); response.end(body); return; }
                if (body.length === 0) { response.end(); return; }
                const said = JSON.parse(body);
                console.log('out ' + said.who); console.error('err ' + said.who);
                if (said.fail) { FAIL response.end('out of stock'); return; }
                if (EVENT) { response.setHeader('content-type', 'application/json'); response.end(JSON.stringify({ hello: said.who })); return; }
                response.writeHead(201, { 'content-type': 'text/plain', 'x-mine': 'yes', 'set-cookie': ['a=b', 'c=d'] });
                response.end(%s);
              });
            }).listen(PORT, '127.0.0.1');
            """.formatted(GREETING);

    private static final String LAMBDA_NODE = """
            export const handler = async (event, context) => {
              if (event.rawPath === '/echo') {
                return { statusCode: 200, headers: { 'content-type': 'application/octet-stream' }, body: event.body, isBase64Encoded: true };
              }
              const exchange = event.version === '2.0';
              const said = exchange ? JSON.parse(event.body) : event;
              console.log('out ' + said.who); console.error('err ' + said.who);
              const left = context.getRemainingTimeInMillis();
              if (said.fail || context.functionName !== 'greeter' || context.memoryLimitInMB !== '256' || !(left > 0 && left <= 10000)) {
                throw new RangeError('out of stock');
              }
              if (!exchange) return { hello: said.who };
              const { method, path } = event.requestContext.http;
              return { statusCode: 201, headers: { 'content-type': 'text/plain', 'x-mine': 'yes' }, cookies: ['a=b', 'c=d'], body: %s };
            };
            """.formatted(GREETING);

    private static final String GOOGLE = """
            exports.greet = (request, response) => {
              if (request.path === '/echo') { response.type('application/octet-stream').send(request.rawBody); return; }
              const { method, path, body: said } = request;
              console.log('out ' + said.who); console.error('err ' + said.who);
              if (said.fail) throw new Error('out of stock');
              if (request.get('ce-id')) { response.json({ hello: said.who }); return; }
              response.status(201).type('text/plain').set('x-mine', 'yes').append('set-cookie', ['a=b', 'c=d']).send(%s);
            };
            """.formatted(GREETING);

    private static final String OPENWHISK = """
            function main(said) {
              if (said.__ow_path === '/echo') {
                return { headers: { 'content-type': 'application/octet-stream' }, body: said.__ow_body };
              }
              console.log('out ' + said.who); console.error('err ' + said.who);
              if (said.fail) throw new Error('out of stock');
              if (!said.__ow_method) return { hello: said.who };
              const method = said.__ow_method.toUpperCase();
              const path = said.__ow_path;
              return { statusCode: 201, headers: { 'content-type': 'text/plain', 'x-mine': 'yes', 'set-cookie': ['a=b', 'c=d'] }, body: %s };
            }
            """.formatted(GREETING);

    private static final String FN = """
            const fdk = require('@fnproject/fdk');
            fdk.handle((input, ctx) => {
              const web = ctx.headers['Fn-Intent']?.[0] === 'httprequest';
              const http = ctx.httpGateway;
              const path = web ? new URL(http.requestURL, 'http://localhost').pathname : '';
              if (path === '/echo') { ctx.responseContentType = 'application/octet-stream'; return fdk.rawResult(input); }
              const said = JSON.parse(input);
              console.log('out ' + said.who); console.error('err ' + said.who);
              if (said.fail) throw new Error('out of stock');
              if (!web) return { hello: said.who };
              const method = http.method;
              http.statusCode = 201;
              http.setResponseHeader('x-mine', 'yes');
              http.addResponseHeader('set-cookie', 'a=b');
              http.addResponseHeader('set-cookie', 'c=d');
              ctx.responseContentType = 'text/plain';
              return fdk.rawResult(%s);
            }, { inputMode: 'buffer' });
            """.formatted(GREETING);

    static final String FUNCTION_JSON = """
            {"bindings": [{"type": "httpTrigger", "direction": "in", "name": "req", "route": "events"},
                          {"type": "http", "direction": "out", "name": "res"}]}
            """;

    /** The sample of that contract, its code written into a folder of its own. */
    SampleFunction write(Function.Contract contract, String language) {
        String folder = folder(contract, language);
        if (language.equals("Python")) {
            return new AdapterPython(under, folder).write(contract);
        }
        if (language.equals("Java")) {
            return new AdapterJava(under, folder).write(contract);
        }
        return switch (contract) {
            case AWS_LAMBDA -> {
                under.code(folder, "index.mjs", LAMBDA_NODE);
                yield SampleFunction.handler("greeter", contract, "nodejs20", "index.handler");
            }
            case HTTP -> server(folder, contract, null, server("path === '/'", "process.env.PORT", ""));
            case CLOUDEVENTS ->
                server(folder, contract, null, server("!request.headers['x-web']", "process.env.PORT", ""));
            case ALIBABA_FC ->
                server(
                        folder,
                        contract,
                        "custom.debian12",
                        server(
                                "request.headers['x-fc-control-path'] === '/invoke'",
                                "process.env.FC_SERVER_PORT",
                                "response.setHeader('x-fc-status', '404');"));
            case AZURE_FUNCTIONS -> {
                under.code(folder, "greet/function.json", FUNCTION_JSON);
                under.code(
                        folder,
                        "host.json",
                        AzureCustomContractIT.hostJson(true).replace("handler.mjs", "server.mjs"));
                under.code(
                        folder,
                        "server.mjs",
                        server("path === '/api/events'", "process.env.FUNCTIONS_CUSTOMHANDLER_PORT", ""));
                yield SampleFunction.handler("greeter", contract, "custom", "greet");
            }
            case GOOGLE_FUNCTIONS -> {
                under.code(folder, "index.js", GOOGLE);
                modules(folder, "google-nodejs", GoogleHost.class, "nodejs");
                yield SampleFunction.handler("greeter", contract, "nodejs20", "greet");
            }
            case OPENWHISK -> {
                under.code(folder, "action.js", OPENWHISK + "exports.main = main;\n");
                under.code(folder, "package.json", "{\"main\": \"action.js\"}");
                yield SampleFunction.handler("greeter", contract, "nodejs:20", "main");
            }
            case FN -> {
                under.code(folder, "func.js", FN);
                modules(folder, "fn-nodejs", FnHost.class, "fn-nodejs");
                yield SampleFunction.handler("greeter", contract, "node20", "func.js");
            }
        };
    }

    private static String folder(Function.Contract contract, String language) {
        return contract + "-" + language;
    }

    Path code(Function.Contract contract, String language) {
        return under.code(folder(contract, language), ".weft-row", "");
    }

    private static String server(String event, String port, String failing) {
        return SERVER.replace("EVENT", event)
                .replace("PORT", port)
                .replace("FAIL", "response.statusCode = 500; " + failing);
    }

    private SampleFunction server(String folder, Function.Contract contract, @Nullable String runtime, String text) {
        under.code(folder, "server.mjs", text);
        return of(contract, runtime, null, List.of("node", "server.mjs"));
    }

    static SampleFunction of(
            Function.Contract contract, @Nullable String runtime, @Nullable String handler, List<String> command) {
        return new SampleFunction(
                "greeter",
                contract,
                runtime,
                handler,
                command,
                Duration.ofSeconds(10),
                1,
                0,
                10,
                Duration.ofMinutes(5),
                "256Mi");
    }

    /** As npm install would have put it there. */
    private void modules(String folder, String name, Class<?> host, String files) {
        Path from = under.libraries.npm(
                name,
                HostFiles.text(host, files + "-package.json"),
                HostFiles.text(host, files + "-package-lock.json"));
        copy(from.resolve("node_modules"), under.code(folder, ".weft-row", "").resolve("node_modules"));
    }

    static void copy(Path from, Path to) {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Path target = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(each, target);
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What the target's cloud would run, on its contract host: with what this machine has of the language. */
    static SampleFunction on(Target target, Packing packing, boolean event) {
        return switch (target) {
            case AWS ->
                SampleFunction.handler(
                        "greeter",
                        Function.Contract.AWS_LAMBDA,
                        packing.runtime().startsWith("nodejs") ? "nodejs20" : packing.runtime(),
                        packing.handler());
            case AZURE ->
                SampleFunction.handler(
                        "greeter", Function.Contract.AZURE_FUNCTIONS, packing.runtime(), packing.handler());
            case GOOGLE ->
                SampleFunction.handler(
                        "greeter",
                        Function.Contract.GOOGLE_FUNCTIONS,
                        packing.runtime().startsWith("nodejs") ? "nodejs20" : packing.runtime(),
                        packing.handler());
            case OPENWHISK ->
                SampleFunction.handler(
                        "greeter",
                        Function.Contract.OPENWHISK,
                        packing.runtime().startsWith("node") ? "nodejs:20" : packing.runtime(),
                        packing.handler());
            case FN -> of(Function.Contract.FN, "docker", null, packing.command());
            case KNATIVE ->
                of(event ? Function.Contract.CLOUDEVENTS : Function.Contract.HTTP, null, null, packing.command());
            case ALIBABA -> of(Function.Contract.ALIBABA_FC, packing.runtime(), null, packing.command());
        };
    }

    /** The sample with what {@code packing} adds. */
    static Path packed(Path code, Packing packing, Path to) {
        copy(code, to);
        for (Map.Entry<String, byte[]> each : packing.added().entrySet()) {
            try {
                Path file = to.resolve(each.getKey());
                Files.createDirectories(file.getParent());
                Files.write(file, each.getValue());
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
        return to;
    }
}
