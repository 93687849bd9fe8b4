// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.core.management.AzureEnvironment;
import com.azure.core.management.profile.AzureProfile;
import java.util.HashMap;
import java.util.Map;

/** What the vendor's own Java libraries are given to speak to the fake. */
final class VendorClients {
    private VendorClients() {}

    static AzureProfile profile(FakeAzure azure) {
        Map<String, String> endpoints = new HashMap<>(AzureEnvironment.AZURE.getEndpoints());
        endpoints.put("resourceManagerEndpointUrl", azure.uri() + "/");
        return new AzureProfile(FakeAzure.TENANT, FakeAzure.SUBSCRIPTION, new AzureEnvironment(endpoints));
    }

    /** Sends by {@code client}, with a token. */
    static HttpPipeline bearer(HttpClient client) {
        HttpPipelinePolicy policy = (context, next) -> {
            context.getHttpRequest().setHeader(HttpHeaderName.AUTHORIZATION, "Bearer token-for-the-vendor");
            return next.process();
        };
        return new HttpPipelineBuilder().httpClient(client).policies(policy).build();
    }
}
