// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.rpc.FixedHeaderProvider;
import com.google.cloud.functions.v1.CloudFunctionsServiceClient;
import com.google.cloud.functions.v1.CloudFunctionsServiceSettings;
import com.google.cloud.functions.v2.FunctionServiceClient;
import com.google.cloud.functions.v2.FunctionServiceSettings;
import dev.weft.api.facade.Key;
import dev.weft.app.WeftInTest;
import java.io.IOException;
import java.util.Map;

/** Google's clients of Cloud Functions before a Weft. */
final class GoogleClients {
    private GoogleClients() {}

    /** What proves a key. */
    static String bearer(Key key) {
        return "Bearer " + key.id() + '.' + key.secret();
    }

    /** Of version 2. */
    static FunctionServiceClient second(WeftInTest weft, String authorization) throws IOException {
        return FunctionServiceClient.create(FunctionServiceSettings.newHttpJsonBuilder()
                .setEndpoint(weft.facade("google").toString())
                .setCredentialsProvider(NoCredentialsProvider.create())
                .setHeaderProvider(FixedHeaderProvider.create(Map.of("Authorization", authorization)))
                .build());
    }

    /** Of version 1. */
    static CloudFunctionsServiceClient first(WeftInTest weft, Key key) throws IOException {
        return CloudFunctionsServiceClient.create(CloudFunctionsServiceSettings.newHttpJsonBuilder()
                .setEndpoint(weft.facade("google").toString())
                .setCredentialsProvider(NoCredentialsProvider.create())
                .setHeaderProvider(FixedHeaderProvider.create(Map.of("Authorization", bearer(key))))
                .build());
    }
}
