// SPDX-License-Identifier: Apache-2.0
package com.example.fn;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fnproject.fn.api.httpgateway.HTTPGatewayContext;
import java.io.IOException;

/** Says hello to whom the JSON body or the query names. */
public class HelloFunction {
    private final ObjectMapper json = new ObjectMapper();

    /** Serves an HTTP trigger, and a plain invoke, whose query is empty. */
    public String handleRequest(HTTPGatewayContext http, String body) throws IOException {
        String asked = http.getQueryParameters().get("name").orElse("world");
        String name = body.isEmpty() ? asked : json.readTree(body).path("name").asText(asked);
        System.out.println("saying hello to " + name);
        return "hello " + name + "\n";
    }
}
