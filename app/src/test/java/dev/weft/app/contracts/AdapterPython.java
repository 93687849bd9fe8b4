// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.resource.Function;
import dev.weft.api.spi.HostFiles;
import dev.weft.clouds.google.GoogleHost;
import dev.weft.testkit.SampleFunction;
import java.nio.file.Path;
import java.util.List;

/** The samples in Python. */
record AdapterPython(EngineUnderTest under, String folder) {
    private static final String LAMBDA = """
            import json, sys

            def handler(event, context):
                if event.get('rawPath') == '/echo':
                    return {'statusCode': 200, 'headers': {'content-type': 'application/octet-stream'},
                            'body': event['body'], 'isBase64Encoded': True}
                exchange = event.get('version') == '2.0'
                said = json.loads(event['body']) if exchange else event
                print('out', said['who']); print('err', said['who'], file=sys.stderr)
                left = context.get_remaining_time_in_millis()
                if said.get('fail') or context.function_name != 'greeter' or not 0 < left <= 10000:
                    raise ValueError('out of stock')
                if not exchange:
                    return {'hello': said['who']}
                http = event['requestContext']['http']
                return {'statusCode': 201, 'headers': {'content-type': 'text/plain', 'x-mine': 'yes'}, 'cookies': ['a=b', 'c=d'],
                        'body': 'hello %s by %s %s' % (said['who'], http['method'], http['path'])}
            """;

    private static final String ALIBABA = """
            import json, sys

            def handler(event, context):
                event = json.loads(event)
                if event.get('rawPath') == '/echo':
                    return {'statusCode': 200, 'headers': {'content-type': 'application/octet-stream'},
                            'body': event['body'], 'isBase64Encoded': True}
                exchange = event.get('version') == 'v1'
                said = json.loads(event['body']) if exchange else event
                print('out', said['who']); print('err', said['who'], file=sys.stderr)
                if said.get('fail') or context.function.name != 'greeter':
                    raise ValueError('out of stock')
                if not exchange:
                    return json.dumps({'hello': said['who']})
                http = event['requestContext']['http']
                return {'statusCode': 201,
                        'headers': {'content-type': 'text/plain', 'x-mine': 'yes', 'set-cookie': ['a=b', 'c=d']},
                        'body': 'hello %s by %s %s' % (said['who'], http['method'], http['path'])}
            """;

    private static final String OPENWHISK = """
            import sys

            def main(said):
                if said.get('__ow_path') == '/echo':
                    return {'headers': {'content-type': 'application/octet-stream'}, 'body': said['__ow_body']}
                print('out', said['who']); print('err', said['who'], file=sys.stderr)
                if said.get('fail'):
                    return {'error': {'statusCode': 500, 'body': 'out of stock'}}
                if '__ow_method' not in said:
                    return {'hello': said['who']}
                return {'statusCode': 201,
                        'headers': {'content-type': 'text/plain', 'x-mine': 'yes', 'set-cookie': ['a=b', 'c=d']},
                        'body': 'hello %s by %s %s' % (said['who'], said['__ow_method'].upper(), said['__ow_path'])}
            """;

    private static final String SERVER = """
            import http.server, json, os, sys

            class Greeter(http.server.BaseHTTPRequestHandler):
                protocol_version = 'HTTP/1.1'

                def do_POST(self):
                    body = self.rfile.read(int(self.headers.get('content-length') or 0))
                    if self.path == '/echo':
                        return self.say(200, [('content-type', 'application/octet-stream')], body)
                    said = json.loads(body)
                    print('out', said['who'], flush=True); print('err', said['who'], file=sys.stderr)
                    if said.get('fail'):
                        return self.say(500, FAIL, b'out of stock')
                    if EVENT:
                        return self.say(200, [('content-type', 'application/json')], json.dumps({'hello': said['who']}).encode())
                    text = 'hello %s by %s %s' % (said['who'], self.command, self.path)
                    fields = [('content-type', 'text/plain'), ('x-mine', 'yes'), ('set-cookie', 'a=b'), ('set-cookie', 'c=d')]
                    return self.say(201, fields, text.encode())

                def say(self, status, fields, body):
                    self.send_response(status)
                    for name, value in [*fields, ('content-length', str(len(body)))]:
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body)

            http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT_NAME'])), Greeter).serve_forever()
            """;

    /** The container contract by hand: no FDK is needed for it. */
    private static final String FN = """
            import http.server, json, os, socketserver, sys, urllib.parse

            class Greeter(http.server.BaseHTTPRequestHandler):
                protocol_version = 'HTTP/1.1'

                def do_POST(self):
                    body = self.rfile.read(int(self.headers.get('content-length') or 0))
                    web = self.headers.get('fn-intent') == 'httprequest'
                    path = urllib.parse.urlsplit(self.headers.get('fn-http-request-url') or '').path
                    if path == '/echo':
                        return self.say(200, [('content-type', 'application/octet-stream')], body)
                    said = json.loads(body)
                    print('out', said['who'], flush=True); print('err', said['who'], file=sys.stderr)
                    if said.get('fail'):
                        return self.say(502, [], b'out of stock')
                    if not web:
                        return self.say(200, [('content-type', 'application/json')], json.dumps({'hello': said['who']}).encode())
                    fields = [('fn-http-status', '201'), ('content-type', 'text/plain'), ('fn-http-h-x-mine', 'yes'),
                              ('fn-http-h-set-cookie', 'a=b'), ('fn-http-h-set-cookie', 'c=d')]
                    text = 'hello %s by %s %s' % (said['who'], self.headers['fn-http-method'], path)
                    return self.say(200, fields, text.encode())

                def say(self, status, fields, body):
                    self.send_response(status)
                    for name, value in [*fields, ('content-length', str(len(body)))]:
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body)

            class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
                def get_request(self):
                    return super().get_request()[0], ('fn', 0)

            listener = os.environ['FN_LISTENER'][len('unix:'):]
            server = Server(listener + '.own', Greeter)
            os.chmod(listener + '.own', 0o666)
            os.symlink(os.path.basename(listener) + '.own', listener)
            server.serve_forever()
            """;

    private static final String GOOGLE = """
            import sys
            import flask

            def greet(request):
                if request.path == '/echo':
                    return flask.Response(request.get_data(), mimetype='application/octet-stream')
                said = request.get_json(force=True)
                print('out', said['who']); print('err', said['who'], file=sys.stderr)
                if said.get('fail'):
                    raise ValueError('out of stock')
                if 'ce-id' in request.headers:
                    return {'hello': said['who']}
                text = 'hello %s by %s %s' % (said['who'], request.method, request.path)
                return flask.Response(text, 201, [('set-cookie', 'a=b'), ('set-cookie', 'c=d'), ('x-mine', 'yes')], 'text/plain')
            """;

    SampleFunction write(Function.Contract contract) {
        return switch (contract) {
            case AWS_LAMBDA -> {
                under.code(folder, "app.py", LAMBDA);
                yield SampleFunction.handler("greeter", contract, "python3.11", "app.handler");
            }
            case ALIBABA_FC -> {
                under.code(folder, "index.py", ALIBABA);
                yield SampleFunction.handler("greeter", contract, "python3.10", "index.handler");
            }
            case OPENWHISK -> {
                under.code(folder, "__main__.py", OPENWHISK);
                yield SampleFunction.handler("greeter", contract, "python:3.11", "main");
            }
            case HTTP -> {
                server("self.path == '/'", "PORT");
                yield AdapterSamples.of(contract, null, null, List.of("python3", "server.py"));
            }
            case CLOUDEVENTS -> {
                server("not self.headers.get('x-web')", "PORT");
                yield AdapterSamples.of(contract, null, null, List.of("python3", "server.py"));
            }
            case AZURE_FUNCTIONS -> {
                under.code(folder, "greet/function.json", AdapterSamples.FUNCTION_JSON);
                under.code(
                        folder,
                        "host.json",
                        AzureCustomContractIT.hostJson(true)
                                .replace("handler.mjs", "server.py")
                                .replace("\"node\"", "\"python3\""));
                server("self.path == '/api/events'", "FUNCTIONS_CUSTOMHANDLER_PORT");
                yield SampleFunction.handler("greeter", contract, "custom", "greet");
            }
            case FN -> {
                under.code(folder, "func.py", FN);
                yield AdapterSamples.of(contract, "docker", null, List.of("python3", "func.py"));
            }
            case GOOGLE_FUNCTIONS -> {
                under.code(folder, "main.py", GOOGLE);
                under.code(folder, "requirements.txt", "functions-framework==3.10.2\n");
                packages();
                yield SampleFunction.handler("greeter", contract, "python311", "greet");
            }
        };
    }

    /** As pip install --target would have put them there. */
    private void packages() {
        Path from = under.libraries.pip(
                "google-functions-python", HostFiles.text(GoogleHost.class, "python-packages.lock"));
        AdapterSamples.copy(from.resolve("site"), under.code(folder, ".weft-row", ""));
    }

    private void server(String event, String port) {
        under.code(
                folder,
                "server.py",
                SERVER.replace("EVENT", event).replace("PORT_NAME", port).replace("FAIL", "[]"));
    }
}
