// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.spi.Place;
import dev.weft.testkit.Caller;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What users of {@code @azure/functions} rely on besides the contract. */
class AzureNodejsIT {
    @TempDir
    Path folder;

    private AzureUnderTest azure;

    @BeforeEach
    void open() {
        azure = new AzureUnderTest(folder, "node20");
    }

    @AfterEach
    void close() {
        azure.close();
    }

    private Place app(String code, @org.jspecify.annotations.Nullable String handler) {
        azure.file("index.mjs", "import { app, input, output } from '@azure/functions';\n" + code);
        return azure.deployed(handler);
    }

    @Test
    void aHandlerSeesItsWholeContextAndRequest() {
        Place place = app("""
                app.http('cart', {
                  route: 'carts/{id:int}/{item?}',
                  methods: ['GET'],
                  retry: { strategy: 'fixedDelay', maxRetryCount: 3, delayInterval: 1000 },
                  handler: async (request, context) => ({ jsonBody: {
                    invocationId: context.invocationId, functionName: context.functionName,
                    traceParent: context.traceContext.traceParent, retry: context.retryContext,
                    trigger: context.options.trigger, output: context.options.return.type,
                    url: request.url, method: request.method, params: request.params,
                    query: Object.fromEntries(request.query), agent: request.headers.get('user-agent'),
                    original: request.headers.get('x-original-url'), user: request.user } }) });
                """, "cart");

        JsonNode said = AzureUnderTest.json(
                azure.get(place, "/api/carts/7/linen%20thread?a=1&a=2&b=%C3%A4", "User-Agent", "curl/8"));

        assertThat(said.path("invocationId").asString("")).hasSize(36);
        assertThat(said.path("functionName").asString("")).isEqualTo("cart");
        assertThat(said.path("traceParent").asString("")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]");
        assertThat(said.path("retry").toString()).isEqualTo("{\"retryCount\":0,\"maxRetryCount\":3}");
        assertThat(said.path("trigger").path("type").asString("")).isEqualTo("httpTrigger");
        assertThat(said.path("trigger").path("authLevel").asString("")).isEqualTo("anonymous");
        assertThat(said.path("output").asString("")).isEqualTo("http");
        assertThat(said.path("url").asString("")).isEqualTo("http://weft/api/carts/7/linen%20thread?a=1&a=2&b=%C3%A4");
        assertThat(said.path("params").toString()).isEqualTo("{\"id\":\"7\",\"item\":\"linen thread\"}");
        assertThat(said.path("query").toString()).isEqualTo("{\"a\":\"1,2\",\"b\":\"ä\"}");
        assertThat(said.path("agent").asString("")).isEqualTo("curl/8");
        assertThat(said.path("original").asString("")).startsWith("/api/carts/7");
        assertThat(said.path("user").isNull()).isTrue();
    }

    @Test
    void theEnvironmentIsAFunctionApps() {
        azure.file("local.settings.json", """
                {"IsEncrypted": false, "Values": {"FUNCTIONS_WORKER_RUNTIME": "node", "GREETING": "hi", "CURRENCY": "USD"}}
                """);
        Place place = app("app.get('env', async () => ({ jsonBody: process.env }));", "env");

        JsonNode env = AzureUnderTest.json(azure.get(place, "/api/env"));

        assertThat(env.path("FUNCTIONS_WORKER_RUNTIME").asString("")).isEqualTo("node");
        assertThat(env.path("FUNCTIONS_WORKER_RUNTIME_VERSION").asString("")).isEqualTo("~20");
        assertThat(env.path("FUNCTIONS_EXTENSION_VERSION").asString("")).isEqualTo("~4");
        assertThat(env.path("AzureWebJobsScriptRoot").asString("")).isEqualTo("/var/task");
        assertThat(env.path("WEBSITE_SITE_NAME").asString("")).isEqualTo("shop");
        assertThat(env.path("WEBSITE_HOSTNAME").asString("")).isEqualTo("shop.azurewebsites.net");
        assertThat(env.path("WEBSITE_INSTANCE_ID").asString("")).matches("[0-9a-f]{64}");
        assertThat(env.path("REGION_NAME").asString("")).isEqualTo("eu-west-1");
        assertThat(env.path("GREETING").asString("")).isEqualTo("hi");
        assertThat(env.path("CURRENCY").asString("")).as("spec.env wins").isEqualTo("EUR");
        assertThat(env.has("WEFT_AZURE_WORKER")).isFalse();
    }

    @Test
    void statusHeadersCookiesAndEmptyAnswersComeBackAsOnAzure() {
        Place place = app("""
                app.http('cart', { methods: ['GET', 'PUT'], handler: async (request) => request.method === 'PUT' ? undefined : {
                  status: 418, body: 'teapot', headers: { 'X-Shop': 'linen', 'content-type': 'text/plain' },
                  cookies: [{ name: 'a', value: '1', path: '/', maxAge: 60, sameSite: 'Lax', httpOnly: true }] } });
                """, "cart");

        Caller.Heard heard = azure.get(place, "/cart");

        assertThat(heard.status()).isEqualTo(418);
        assertThat(heard.text()).isEqualTo("teapot");
        assertThat(AzureUnderTest.headers(heard).first("x-shop")).isEqualTo("linen");
        assertThat(AzureUnderTest.headers(heard).first("set-cookie"))
                .isEqualTo("a=1; Max-Age=60; Path=/; HttpOnly; SameSite=Lax");
        assertThat(AzureUnderTest.headers(heard).first("weft-azure-outcome")).isNull();
        assertThat(azure.request(place, "PUT", "/cart", "").status()).isEqualTo(204);
        assertThat(azure.request(place, "DELETE", "/cart", "").status()).isEqualTo(404);
    }

    @Test
    void aParameterThatBreaksItsConstraintIsNotFound() {
        Place place = app(
                "app.http('cart', { route: 'carts/{id:int}', handler: async (request) => ({ body: request.params.id }) });",
                "cart");

        assertThat(azure.get(place, "/api/carts/7").text()).isEqualTo("7");
        assertThat(azure.get(place, "/api/carts/seven").status()).isEqualTo(404);
        assertThat(azure.get(place, "/elsewhere").status()).isEqualTo(200);
    }

    @Test
    void aQueueFunctionTakesAnEventAndItsOutputsAreNotLostSilently() throws InterruptedException {
        Place place = app("""
                const bills = output.storageQueue({ queueName: 'bills', connection: 'Storage' });
                app.storageQueue('order', {
                  queueName: 'orders', connection: 'Storage', extraOutputs: [bills],
                  handler: async (order, context) => {
                    context.extraOutputs.set(bills, { total: order.price * 2 });
                    return { id: order.id, count: context.triggerMetadata.dequeueCount,
                      raw: context.triggerMetadata.queueTrigger, source: context.triggerMetadata.source };
                  } });
                """, "order");

        Caller.Heard heard = azure.event(place, "{\"id\":7,\"price\":21}", Map.of("source", "till"));

        JsonNode said = AzureUnderTest.json(heard);
        assertThat(said.path("id").asInt(0)).isEqualTo(7);
        assertThat(said.path("count").asInt(0)).isEqualTo(1);
        assertThat(said.path("raw").path("price").asInt(0)).isEqualTo(21);
        assertThat(said.path("source").asString("")).isEqualTo("till");
        Outcome.Result result = (Outcome.Result) Objects.requireNonNull(heard.outcome());
        String name = azureOutput(result);
        assertThat(result.attributes().first(name)).isEqualTo("{\"total\":42}");
        azure.awaitLogged("no service of type queue is here");

        Caller.Heard exchange = azure.get(place, "/order");
        assertThat(Objects.requireNonNull(exchange.failure()).kind()).isEqualTo(CloudException.Kind.INVALID);
        assertThat(exchange.failure()).hasMessageContaining("begun by a queueTrigger");
    }

    private static String azureOutput(Outcome.Result result) {
        String[] found = {""};
        result.attributes().forEach((name, value) -> found[0] = name.startsWith("weft-output-") ? name : found[0]);
        return found[0];
    }

    @Test
    void aTimerFunctionIsToldOfItsTimer() {
        Place place =
                app("app.timer('nightly', { schedule: '0 0 2 * * *', handler: async (timer) => timer });", "nightly");

        JsonNode timer = AzureUnderTest.json(azure.event(place, "", Map.of()));
        assertThat(timer.path("isPastDue").asBoolean(true)).isFalse();
        assertThat(timer.path("schedule").path("adjustForDST").asBoolean(false)).isTrue();
        assertThat(timer.path("scheduleStatus").path("lastUpdated").asString(""))
                .matches("20\\d\\d-.*\\+00:00");

        JsonNode late = AzureUnderTest.json(azure.event(place, "{\"IsPastDue\": true}", Map.of()));
        assertThat(late.path("isPastDue").asBoolean(false)).isTrue();
    }

    @Test
    void anEventOfAnHttpFunctionIsPostedToIt() {
        Place place = app("""
                app.http('cart', { route: 'carts/{id}', methods: ['POST'], handler: async (request) => ({
                  status: request.params.id === 'none' ? 404 : 201,
                  body: request.method + ' ' + request.params.id + ' ' + (await request.json()).name }) });
                """, "cart");

        Caller.Heard heard = azure.event(place, "{\"name\":\"ada\"}", Map.of("id", "7"));

        assertThat(heard.outcome()).isInstanceOf(Outcome.Result.class);
        assertThat(heard.text()).isEqualTo("POST 7 ada");
        Outcome.Failure failure =
                AzureUnderTest.failure(azure.event(place, "{\"name\":\"ada\"}", Map.of("id", "none")));
        assertThat(failure.type()).isEqualTo("http 404");
    }

    @Test
    void hooksRunAroundTheAppAndEachCall() throws InterruptedException {
        Place place = app("""
                let started = 'no';
                app.hook.appStart(() => { started = 'yes'; });
                app.hook.preInvocation((context) => {
                  context.hookData.at = 1;
                  const asWritten = context.functionHandler;
                  context.functionHandler = async (...all) => asWritten(...all);
                });
                app.hook.postInvocation((context) => {
                  context.result = { body: [started, context.hookData.at, context.result.body].join() };
                });
                app.hook.log((context) => { context.message = context.category + ': ' + context.message; });
                app.get('cart', async (request, context) => {
                  context.warn('low on %s', 'linen');
                  context.debug('quiet');
                  return { body: 'done' };
                });
                """, "cart");

        assertThat(azure.get(place, "/cart").text()).isEqualTo("yes,1,done");
        azure.awaitLogged("user: low on linen");
        assertThat(azure.under.cloud.logs("shop", 100))
                .noneMatch(line -> line.text().contains("quiet"));
    }

    @Test
    void anAppThatAsksForHttpStreamsGetsThem() {
        Place place = app("""
                import { Readable } from 'node:stream';
                app.setup({ enableHttpStream: true });
                app.http('cart', { route: 'carts/{id}', methods: ['POST'], handler: async (request) => {
                  let size = 0;
                  for await (const chunk of request.body) size += chunk.length;
                  const parts = [request.params.id, size, request.headers.get('x-shop')].map((each) => `${each};`);
                  return { status: 201, body: Readable.from(parts), headers: { 'content-type': 'text/plain' } };
                } });
                """, "cart");

        Caller.Heard heard = azure.request(place, "POST", "/api/carts/7", "x".repeat(200_000), "x-shop", "linen");

        assertThat(heard.status()).as("%s", heard).isEqualTo(201);
        assertThat(heard.text()).isEqualTo("7;200000;linen;");
    }

    @Test
    void oneInstanceServesManyCallsAtOnce() {
        azure.file("index.mjs", """
                import { app } from '@azure/functions';
                let waiting = [];
                app.get('meet', () => new Promise((done) => {
                  waiting.push(done);
                  if (waiting.length === 5) waiting.forEach((each) => each({ body: 'met' }));
                }));
                """);
        Place place = azure.deployed("meet", 10);

        var all = java.util.stream.IntStream.range(0, 5)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> azure.get(place, "/meet")))
                .toList();

        assertThat(all).allSatisfy(each -> assertThat(each.join().text()).isEqualTo("met"));
    }

    @Test
    void whyAnAppDidNotLoadIsSaidInTheWorkersWords() {
        Outcome.Failure failure =
                AzureUnderTest.failure(azure.get(app("import 'left-pad-that-is-not-there';", "cart"), "/cart"));

        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.INIT);
        assertThat(failure.message()).contains("Worker was unable to load entry point \"index.mjs\"");
        assertThat(failure.message()).contains("left-pad-that-is-not-there");
    }

    @Test
    void anAppOfSeveralFunctionsNamesThemWhenNoneIsChosen() {
        Outcome.Failure failure = AzureUnderTest.failure(azure.get(
                app("const add = (name) => app.get(name, async () => ({}));\nadd('cart'); add('till');", null),
                "/cart"));

        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.INIT);
        assertThat(failure.message()).contains("name one of them: cart, till");
    }

    @Test
    void commonJsAppsWithTheirOwnMainRunToo() {
        azure.file("package.json", "{\"main\": \"dist/**/*.js\"}");
        azure.file("dist/src/functions/cart.js", """
                const { app } = require('@azure/functions');
                app.post('cart', { handler: async (request) => ({ jsonBody: { got: await request.json() } }) });
                """);

        Caller.Heard heard =
                azure.request(azure.deployed(null), "POST", "/cart", "{\"a\":1}", "content-type", "application/json");

        assertThat(heard.text()).isEqualTo("{\"got\":{\"a\":1}}");
        assertThat(AzureUnderTest.headers(heard).first("content-type")).isEqualTo("application/json");
    }
}
