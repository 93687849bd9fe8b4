// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.worker;

import com.google.gson.JsonObject;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.HttpStatusType;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as the library has it.
 *
 * @param body already of the type that the parameter asks for
 */
record HttpRequest(
        Invocation invocation, JsonObject http, @Nullable Object body) implements HttpRequestMessage<@Nullable Object> {
    @Override
    public URI getUri() {
        return URI.create(http.get("url").getAsString());
    }

    @Override
    public HttpMethod getHttpMethod() {
        return HttpMethod.value(http.get("method").getAsString());
    }

    @Override
    public Map<String, String> getHeaders() {
        return invocation.texts("headers");
    }

    @Override
    public Map<String, String> getQueryParameters() {
        return invocation.texts("query");
    }

    @Override
    public @Nullable Object getBody() {
        return body;
    }

    @Override
    public HttpResponseMessage.Builder createResponseBuilder(HttpStatus status) {
        return new HttpAnswer().status(status);
    }

    @Override
    public HttpResponseMessage.Builder createResponseBuilder(HttpStatusType status) {
        return new HttpAnswer().status(status);
    }
}
