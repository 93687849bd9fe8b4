// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.Sha256;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Keys with RSA pairs, and requests signed with them: by what OCI's documentation says, apart from what Weft signs with. */
final class OciSamples {
    static final String DATE = "Mon, 30 Nov 2026 09:00:00 GMT";
    static final String HOST = "oci.example:8098";

    private static final Map<String, PrivateKey> PAIRS = new HashMap<>();

    static final Key DEPLOY = withPair(FnSamples.DEPLOY);
    static final Key INVOKE = withPair(FnSamples.INVOKE);
    static final Key ELSEWHERE = withPair(FnSamples.ELSEWHERE);

    /** Has no RSA pair. */
    static final Key PLAIN = new Key("WEFTPLAIN00000000001", "plain".repeat(8), "plain", Key.Role.ADMIN, "default");

    static final Map<String, Key> KEYS =
            Map.of(DEPLOY.id(), DEPLOY, INVOKE.id(), INVOKE, ELSEWHERE.id(), ELSEWHERE, PLAIN.id(), PLAIN);

    private OciSamples() {}

    private static Key withPair(Key key) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair pair = generator.generateKeyPair();
            PAIRS.put(key.id(), pair.getPrivate());
            return new Key(key.id(), key.secret(), key.name(), key.role(), key.namespace(), pair.getPublic());
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
    }

    static String keyId(Key key) {
        OciIdentity identity = OciIdentity.of(key);
        return identity == null
                ? "ocid1.tenancy.oc1..default/ocid1.user.oc1.." + key.id().toLowerCase(Locale.ROOT) + "/00:00"
                : identity.keyId();
    }

    /** One that is signed. */
    static FacadeRequest request(Key key, String method, String target, String body, String... more) {
        return signed(key, unsigned(method, target, body, more));
    }

    static FacadeRequest unsigned(String method, String target, String body, String... more) {
        int query = target.indexOf('?');
        RequestLine line = query < 0
                ? new RequestLine(method, target, null)
                : new RequestLine(method, target.substring(0, query), target.substring(query + 1));
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        Headers.Builder headers = Headers.builder().add("host", HOST).add("date", DATE);
        if (List.of("POST", "PUT").contains(method)) {
            headers.add("content-length", Integer.toString(bytes.length))
                    .add("content-type", "application/json")
                    .add("x-content-sha256", Base64.getEncoder().encodeToString(Sha256.of(bytes)));
        }
        return new FacadeRequest(line, headers.addAll(Headers.of(more)).build(), bytes, "http", HOST, "127.0.0.1");
    }

    /** The same with a signature that is right, whatever of it is not. */
    static FacadeRequest signed(Key key, FacadeRequest request) {
        List<String> names = new ArrayList<>(List.of("date", "(request-target)", "host"));
        if (List.of("POST", "PUT", "PATCH").contains(request.line().method())) {
            names.addAll(List.of("content-length", "content-type", "x-content-sha256"));
        }
        return signed(key, request, names, keyId(key));
    }

    static FacadeRequest signed(Key key, FacadeRequest request, List<String> names, String keyId) {
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            String value = name.equals("(request-target)")
                    ? request.line().method().toLowerCase(Locale.ROOT)
                            + ' '
                            + request.line().target()
                    : request.headers().first(name);
            text.append(text.isEmpty() ? "" : "\n").append(name).append(": ").append(value);
        }
        String authorization =
                "Signature headers=\"%s\",keyId=\"%s\",algorithm=\"rsa-sha256\",signature=\"%s\",version=\"1\""
                        .formatted(String.join(" ", names), keyId, sign(key, text.toString()));
        return with(request, "authorization", authorization);
    }

    /** The same with another value of a field. */
    static FacadeRequest with(FacadeRequest request, String name, String value) {
        Headers headers =
                Headers.builder().addAll(request.headers()).set(name, value).build();
        return new FacadeRequest(
                request.line(),
                headers,
                request.body(),
                request.scheme(),
                request.authority(),
                request.callerAddress());
    }

    private static String sign(Key key, String text) {
        try {
            Signature rsa = Signature.getInstance("SHA256withRSA");
            rsa.initSign(PAIRS.getOrDefault(key.id(), PAIRS.get(DEPLOY.id())));
            rsa.update(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(rsa.sign());
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
    }
}
