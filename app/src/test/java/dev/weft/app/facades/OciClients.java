// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import com.oracle.bmc.auth.SimpleAuthenticationDetailsProvider;
import com.oracle.bmc.functions.FunctionsInvokeClient;
import com.oracle.bmc.functions.FunctionsManagementClient;
import com.oracle.bmc.functions.requests.InvokeFunctionRequest;
import com.oracle.bmc.functions.responses.InvokeFunctionResponse;
import com.oracle.bmc.http.client.jersey3.Jersey3HttpProvider;
import com.oracle.bmc.util.StreamUtils;
import dev.weft.app.keys.KeysInTest;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** Oracle's own client for Java, unmodified. */
record OciClients(FunctionsManagementClient management, FunctionsInvokeClient calls) implements AutoCloseable {
    static OciClients of(URI endpoint, KeysInTest.Oci user) {
        SimpleAuthenticationDetailsProvider provider = SimpleAuthenticationDetailsProvider.builder()
                .tenantId(user.tenancy())
                .userId(user.user())
                .fingerprint(user.fingerprint())
                .privateKeySupplier(
                        () -> new ByteArrayInputStream(user.privateKey().getBytes(StandardCharsets.UTF_8)))
                .build();
        return new OciClients(
                FunctionsManagementClient.builder()
                        .httpProvider(Jersey3HttpProvider.getInstance())
                        .endpoint(endpoint.toString())
                        .build(provider),
                FunctionsInvokeClient.builder()
                        .httpProvider(Jersey3HttpProvider.getInstance())
                        .endpoint(endpoint.toString())
                        .build(provider));
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
