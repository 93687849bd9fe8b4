// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.FacadeStream;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of functions by their hosts. */
class HostCallTest {
    private static final String HOST = "hello.default.localhost:8096";

    private final Api api = new Api();

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:8096, localhost:8096",
        "127.0.0.1:8096, localhost:8096",
        "[::1]:8096, localhost:8096",
        "10.1.2.3:80, 10.1.2.3.sslip.io:80",
        "Weft.Example, weft.example",
    })
    void hostsAreBelowTheOneThatTheClientAsksTheApiAt(String authority, String base) {
        Domain domain = Domain.of(Api.at(authority, Api.request("GET", "/", null, "")), Api.DEPLOY);
        String label = HostProof.label(Api.DEPLOY, "a");
        assertThat(label).hasSize(60).matches("[a-z0-9]+");
        assertThat(domain.url("a", "b")).isEqualTo("http://a.b." + label + '.' + base);
        assertThat(Domain.called("A.b." + label + '.' + base, "")).isEqualTo(new Domain.Called("a", "b", label));
        assertThat(Domain.called("a.b." + base, "b")).isEqualTo(new Domain.Called("a", "b", ""));
        assertThat(Domain.called(authority, "b")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello.default",
                "10.1.2.3",
                "127.0.0.1:8096",
                "api.example.org",
                "a..b.c",
                "10.1.2.3.sslip.io",
                "-a.default.x"
            })
    void otherHostsAreTheApis(String authority) {
        assertThat(Domain.called(authority, "default")).isNull();
    }

    private Wish.Exchange called(FacadeRequest request) {
        return (Wish.Exchange) ((Wish.Passed) api.read(request)).call();
    }

    @Test
    void anyMethodAndPathOfAHostReachesItsFunctionWithoutTheKey() {
        FacadeRequest request = Api.at(
                HOST,
                Api.request(
                        "DELETE",
                        "/a/b?c=d",
                        null,
                        "body",
                        "X-Weft-Authorization",
                        Api.bearer(Api.INVOKE),
                        "Authorization",
                        "Bearer theirs"));
        Wish.Exchange wish = called(request);
        assertThat(wish.function()).isEqualTo("hello");
        assertThat(wish.line()).isEqualTo(new RequestLine("DELETE", "/a/b", "c=d"));
        assertThat(wish.headers().all("authorization")).containsExactly("Bearer theirs");
        assertThat(wish.headers().has("x-weft-authorization")).isFalse();
        assertThat(wish.body()).isEqualTo("body".getBytes(StandardCharsets.UTF_8));
        Wish.Exchange plain = called(Api.at(HOST, Api.request("GET", "/", Api.bearer(Api.INVOKE), "")));
        assertThat(plain.headers().has("authorization")).isFalse();
        String pair = Api.INVOKE.id() + ':' + Api.INVOKE.secret();
        Wish.Exchange user = called(Api.at(HOST, Api.request("GET", "/", basic(pair), "")));
        assertThat(user.headers().has("authorization")).isFalse();
        Wish.Exchange twice = called(
                Api.at(HOST, Api.request("GET", "/", basic(pair), "", "X-Weft-Authorization", Api.bearer(Api.INVOKE))));
        assertThat(twice.headers().has("authorization")).isFalse();
    }

    @Test
    void aHostNeedsAKeyOfItsNamespace() throws Exception {
        FacadeAnswer unproved = api.done(Api.at(HOST, Api.request("GET", "/", null, "")));
        assertThat(unproved.status()).isEqualTo(401);
        assertThat(unproved.headers().first("www-authenticate")).startsWith("Bearer");
        FacadeAnswer other = api.done(Api.at(HOST, Api.request("GET", "/", Api.bearer(Api.OTHER), "")));
        assertThat(other.status()).isEqualTo(404);
        assertThat(new HostAnswering().absent().body()).isEqualTo(other.body());
    }

    @Test
    void whoWasShownAServiceCallsItWithoutAKeyOfHisOwn() throws Exception {
        String label = HostProof.label(Api.DEPLOY, "hello");
        String shown = "hello.default." + label + ".localhost:8096";
        Wish.Exchange plain = called(Api.at(shown, Api.request("PUT", "/a?b=c", null, "body")));
        assertThat(plain.key()).isEqualTo(Api.DEPLOY);
        assertThat(plain.function()).isEqualTo("hello");
        assertThat(plain.line()).isEqualTo(new RequestLine("PUT", "/a", "b=c"));
        Wish.Exchange theirs =
                called(Api.at(shown.toUpperCase(Locale.ROOT), Api.request("GET", "/", "Bearer theirs", "")));
        assertThat(theirs.headers().all("authorization")).containsExactly("Bearer theirs");
        Wish.Exchange ours = called(Api.at(shown, Api.request("GET", "/", Api.bearer(Api.INVOKE), "")));
        assertThat(ours.headers().has("authorization"))
                .as("no function is given a key")
                .isFalse();
        FacadeRequest more = Api.at(shown, Api.request("GET", "/", null, "", "X-Weft-Authorization", "Bearer no.key"));
        assertThat(api.done(more).status()).isEqualTo(401);
        for (String host : new String[] {
            shown.replace("hello", "other"),
            shown.replace("default", "another"),
            shown.replace(label, HostProof.label(Api.INVOKE, "hello").substring(0, 20) + label.substring(20)),
            shown.replace(label, "a".repeat(60)),
            shown.replace(label, HostProof.label(Api.OTHER, "hello"))
        }) {
            Wish.Refused refused = (Wish.Refused) api.read(Api.at(host, Api.request("GET", "/", null, "")));
            assertThat(refused.proved()).as(host).isFalse();
            assertThat(refused.answer().status()).isEqualTo(404);
            assertThat(refused.answer().headers().first("server")).isEqualTo("envoy");
        }
        Key rotated = new Key(Api.DEPLOY.id(), "x".repeat(40), "ci", Key.Role.DEPLOY, "default");
        Wish wish = api.facade.read(
                Api.at(shown, Api.request("GET", "/", null, "")),
                Map.of(rotated.id(), rotated)::get,
                PlayedFunctions.NOW);
        assertThat(wish).isInstanceOf(Wish.Refused.class);
    }

    @Test
    void aHostThatWouldBeTooLongIsShownWithoutAProof() {
        String base = "a".repeat(63) + '.' + "b".repeat(63) + ".example";
        Domain domain = new Domain("https", base + ":8443", Api.DEPLOY);
        String name = "n".repeat(63);
        assertThat(domain.url(name, "default")).isEqualTo("https://" + name + ".default." + base + ":8443");
        assertThat(domain.url("short", "default")).contains(HostProof.label(Api.DEPLOY, "short"));
    }

    @Test
    void anEventIsLeftWhereTheClientWouldRatherNotWait() {
        FacadeRequest request = Api.at(
                HOST,
                Api.request(
                        "POST",
                        "/",
                        Api.bearer(Api.INVOKE),
                        "{}",
                        "Prefer",
                        "respond-async",
                        "ce-id",
                        "7",
                        "Ce-Source",
                        "/caf%C3%A9",
                        "ce-type",
                        "order",
                        "ce-specversion",
                        "1.0",
                        "Content-Type",
                        "application/json"));
        Wish.Later later = (Wish.Later) api.read(request);
        assertThat(later.contentType()).isEqualTo("application/json");
        assertThat(later.attributes())
                .containsEntry("id", "7")
                .containsEntry("source", "/café")
                .containsEntry("type", "order")
                .hasSize(4);
        FacadeAnswer taken = later.taking().taken("id-1");
        assertThat(taken.status()).isEqualTo(202);
        assertThat(taken.headers().first("preference-applied")).isEqualTo("respond-async");
        for (Taken.Why why : Taken.Why.values()) {
            assertThat(later.taking().refused(new Taken.Refused(why, "no")).status())
                    .isEqualTo(why == Taken.Why.TOO_LARGE ? 413 : 503);
        }
        for (String[] other : new String[][] {{"GET", "/"}, {"POST", "/path"}, {"POST", "/?a=b"}}) {
            assertThat(api.read(Api.at(
                            HOST,
                            Api.request(other[0], other[1], Api.bearer(Api.INVOKE), "", "Prefer", "respond-async"))))
                    .isInstanceOf(Wish.Passed.class);
        }
    }

    @Test
    void anAnswerIsPassedOnAsItIs() {
        HostAnswering answering = new HostAnswering();
        Headers headers = Headers.of("X-It", "1");
        Outcome response = new Outcome.Response(418, headers, Body.empty());
        Body body = Body.of(new byte[] {1, 2});
        FacadeStream said = answering.begun(response, body, "id-1");
        assertThat(said.status()).isEqualTo(418);
        assertThat(said.headers().first("x-it")).isEqualTo("1");
        assertThat(said.headers().first("weft-invocation-id")).isEqualTo("id-1");
        assertThat(said.body()).isSameAs(body);
        Outcome result = new Outcome.Result("text/x", Headers.none(), Body.empty());
        assertThat(answering.begun(result, body, "id-1").headers().first("content-type"))
                .isEqualTo("text/x");
    }

    @ParameterizedTest
    @EnumSource(Outcome.Failure.Reason.class)
    void aFunctionThatFailsIsToldByAStatus(Outcome.Failure.Reason reason) {
        Outcome failure = new Outcome.Failure(reason, "t", "secret words", new byte[0], "");
        FacadeAnswer said = new HostAnswering()
                .spoke(new Wish.Came(failure, new byte[0], "id-1", "here", Duration.ofMillis(1), ""));
        assertThat(said.status())
                .isEqualTo(
                        switch (reason) {
                            case ERROR -> 500;
                            case TIMEOUT -> 504;
                            case INIT, CRASH, MEMORY, TOO_LARGE, MALFORMED -> 502;
                        });
        assertThat(said.headers().first("weft-invocation-id")).isEqualTo("id-1");
        assertThat(new String(said.body(), StandardCharsets.UTF_8)).doesNotContain("secret");
    }

    @ParameterizedTest
    @EnumSource(CloudException.Kind.class)
    void aCloudThatFailsIsToldByAStatus(CloudException.Kind kind) {
        FacadeAnswer said = new HostAnswering().failed(new CloudException(kind, "why", null));
        assertThat(said.status())
                .isEqualTo(
                        switch (kind) {
                            case BUSY, UNREACHABLE, ABSENT, DENIED -> 503;
                            case UNKNOWN -> 502;
                            case TOO_LARGE -> 413;
                            case INVALID -> 400;
                        });
        CloudException late = new CloudException(CloudException.Kind.UNKNOWN, "late", new TimeoutException());
        assertThat(new HostAnswering().failed(late).status()).isEqualTo(504);
    }
}
