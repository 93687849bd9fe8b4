// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.credentials;

import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Signs management requests to one service: content type and every {@code x-amz-} field are part of the signature. */
public record RequestSigner(SigV4 signature, Supplier<AwsCredentials> credentials) implements RestClient.Signer {
    @Override
    public RestRequest sign(RestRequest request, Instant now) {
        Map<String, String> signed = new TreeMap<>();
        request.headers().forEach((name, value) -> {
            if (name.equals("content-type") || name.startsWith("x-amz-")) {
                signed.put(name, value);
            }
        });
        SigV4.Message message = new SigV4.Message(
                request.method(),
                SigV4.host(request.uri()),
                request.uri().getRawPath(),
                request.uri().getRawQuery(),
                signed,
                request.body());
        RestRequest whole = request;
        for (Map.Entry<String, String> field :
                signature.fields(message, credentials.get(), now).entrySet()) {
            whole = whole.header(field.getKey(), field.getValue());
        }
        return whole;
    }
}
