// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import com.oracle.bmc.auth.SimpleAuthenticationDetailsProvider;
import com.oracle.bmc.functions.FunctionsInvokeClient;
import com.oracle.bmc.functions.FunctionsManagementClient;
import com.oracle.bmc.functions.requests.InvokeFunctionRequest;
import com.oracle.bmc.functions.responses.InvokeFunctionResponse;
import com.oracle.bmc.http.client.jersey3.Jersey3HttpProvider;
import com.oracle.bmc.http.signing.DefaultRequestSigner;
import com.oracle.bmc.http.signing.RequestSigner;
import com.oracle.bmc.util.StreamUtils;
import dev.weft.app.keys.KeysInTest;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Oracle's own client for Java, unmodified. */
record OciClients(RequestSigner signer, FunctionsManagementClient management, FunctionsInvokeClient calls)
        implements AutoCloseable {
    static OciClients of(URI endpoint, KeysInTest.Oci user) {
        SimpleAuthenticationDetailsProvider provider = SimpleAuthenticationDetailsProvider.builder()
                .tenantId(user.tenancy())
                .userId(user.user())
                .fingerprint(user.fingerprint())
                .privateKeySupplier(
                        () -> new ByteArrayInputStream(user.privateKey().getBytes(StandardCharsets.UTF_8)))
                .build();
        return new OciClients(
                DefaultRequestSigner.createRequestSigner(provider),
                FunctionsManagementClient.builder()
                        .httpProvider(Jersey3HttpProvider.getInstance())
                        .endpoint(endpoint.toString())
                        .build(provider),
                FunctionsInvokeClient.builder()
                        .httpProvider(Jersey3HttpProvider.getInstance())
                        .endpoint(endpoint.toString())
                        .build(provider));
    }

    /** The fields, names in lower case, of a POST that it signs as of {@code at}. */
    Map<String, String> signed(URI uri, String body, Instant at) {
        Map<String, List<String>> headers = Map.of(
                "date",
                List.of(DateTimeFormatter.RFC_1123_DATE_TIME.format(at.atOffset(ZoneOffset.UTC))),
                "content-type",
                List.of("application/json"));
        Map<String, String> signed = new TreeMap<>();
        signer.signRequest(uri, "POST", headers, body)
                .forEach((name, value) -> signed.put(name.toLowerCase(Locale.ROOT), value));
        return signed;
    }

    /** Status and body of a POST with such fields. */
    static String sent(URI uri, Map<String, String> fields, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body));
        fields.forEach((name, value) -> {
            if (!name.equals("host") && !name.equals("content-length")) { // written by the client, the same
                request.header(name, value);
            }
        });
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        }
    }

    /** Calls a function of namespace default. */
    InvokeFunctionResponse call(String function, String event, UnaryOperator<InvokeFunctionRequest.Builder> more) {
        return calls.invokeFunction(more.apply(InvokeFunctionRequest.builder()
                        .functionId("ocid1.fnfunc.oc1..default." + function)
                        .invokeFunctionBody(
                                StreamUtils.createByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8))))
                .build());
    }

    /** What a function of namespace default says. */
    String said(String function, String event) throws Exception {
        return new String(
                call(function, event, asked -> asked).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        management.close();
        calls.close();
    }
}
