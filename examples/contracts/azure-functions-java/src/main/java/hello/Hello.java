// SPDX-License-Identifier: Apache-2.0
package hello;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import java.util.Optional;

/** Says hello to whoever the body or the query names. */
public class Hello {
    /** What a JSON body may hold. */
    public static class Greeting {
        public String name;
    }

    @FunctionName("hello")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "req",
                            methods = {HttpMethod.GET, HttpMethod.POST},
                            authLevel = AuthorizationLevel.ANONYMOUS)
                    HttpRequestMessage<Optional<Greeting>> request,
            ExecutionContext context) {
        String name = request.getBody()
                .map(greeting -> greeting.name)
                .orElse(request.getQueryParameters().getOrDefault("name", "world"));
        context.getLogger().info("said hello to " + name);
        return request.createResponseBuilder(HttpStatus.OK)
                .body("hello " + name + "\n")
                .build();
    }
}
