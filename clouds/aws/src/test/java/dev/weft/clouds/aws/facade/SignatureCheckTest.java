// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Headers;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.clouds.aws.facade.SignatureCheck.Result;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SignatureCheckTest {
    private static Result check(FacadeRequest request) {
        return SignatureCheck.check(request, Signed.KEYS, Signed.NOW);
    }

    private static String refused(FacadeRequest request, String type) {
        Result result = check(request);
        assertThat(result).isInstanceOf(Result.Not.class);
        assertThat(((Result.Not) result).type()).isEqualTo(type);
        return ((Result.Not) result).message();
    }

    private static FacadeRequest with(FacadeRequest request, String name, String value) {
        Headers headers =
                Headers.builder().addAll(request.headers()).set(name, value).build();
        return new FacadeRequest(request.line(), headers, request.body(), "http", request.authority(), "127.0.0.1");
    }

    @Test
    void whatIsSignedRightIsItsKeys() {
        Result result =
                check(Signed.invoke("checkout", "{\"a\": \"ü\"}", Signed.CALLER).request());
        assertThat(result).isEqualTo(new Result.Proved(Signed.CALLER, "eu-west-1"));
    }

    @Test
    void aWrongSecretAndAnUnknownKeyAreToldAlike() {
        Key guessed = new Key(Signed.CALLER.id(), "d".repeat(40), "", Key.Role.INVOKE, "default");
        Key nobody = new Key("WEFTNOBODYNOBODYNOBO", "d".repeat(40), "", Key.Role.INVOKE, "default");
        String wrong = refused(Signed.invoke("checkout", "{}", guessed).request(), "InvalidSignatureException");
        String unknown = refused(Signed.invoke("checkout", "{}", nobody).request(), "InvalidSignatureException");
        assertThat(wrong).isEqualTo(unknown);
    }

    @Test
    void anotherBodyFieldOrHostIsNotWhatWasSigned() {
        FacadeRequest sound = Signed.invoke("checkout", "{}", Signed.CALLER).request();
        refused(
                new FacadeRequest(sound.line(), sound.headers(), new byte[] {'1'}, "http", sound.authority(), ""),
                "InvalidSignatureException");
        refused(
                new FacadeRequest(sound.line(), sound.headers(), sound.body(), "http", "elsewhere:80", ""),
                "InvalidSignatureException");
        assertThat(refused(with(sound, "x-amz-log-type", "Tail"), "InvalidSignatureException"))
                .contains("every x-amz- field");
        refused(with(sound, "x-amz-content-sha256", "0".repeat(64)), "InvalidSignatureException");
    }

    @Test
    void whatIsTooOldOrTooNewIsNotTaken() {
        Signed now = Signed.invoke("checkout", "{}", Signed.CALLER);
        Duration just = SignatureCheck.SKEW_MAX;
        assertThat(check(now.at(Signed.NOW.minus(just)).request())).isInstanceOf(Result.Proved.class);
        assertThat(check(now.at(Signed.NOW.plus(just)).request())).isInstanceOf(Result.Proved.class);
        assertThat(refused(now.at(Signed.NOW.minus(just).minusSeconds(1)).request(), "InvalidSignatureException"))
                .startsWith("Signature expired: ");
        assertThat(refused(now.at(Signed.NOW.plus(just).plusSeconds(1)).request(), "InvalidSignatureException"))
                .startsWith("Signature not yet current: ");
    }

    @Test
    void noAuthorizationAndHalfOfOneAreToldApart() {
        FacadeRequest sound = Signed.invoke("checkout", "{}", Signed.CALLER).request();
        Headers none = Headers.builder()
                .addAll(sound.headers())
                .remove("authorization")
                .build();
        refused(
                new FacadeRequest(sound.line(), none, sound.body(), "http", sound.authority(), ""),
                "MissingAuthenticationTokenException");
        refused(with(sound, "authorization", "AWS4-HMAC-SHA256 Credential=x"), "IncompleteSignatureException");
        refused(with(sound, "authorization", "Bearer x"), "IncompleteSignatureException");
    }
}
