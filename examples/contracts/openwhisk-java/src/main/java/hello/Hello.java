// SPDX-License-Identifier: Apache-2.0
package hello;

import com.google.gson.JsonObject;

/** An action that greets whom its parameter name says. Query and JSON body of a web request are parameters, too. */
public class Hello {
    public static JsonObject main(JsonObject params) {
        String name = params.has("name") ? params.get("name").getAsString() : "world";
        String greeting = "hello " + name;
        System.out.println(greeting);
        JsonObject answer = new JsonObject();
        if (!params.has("__ow_method")) {
            answer.addProperty("greeting", greeting); // invoked with parameters only
            return answer;
        }
        JsonObject headers = new JsonObject();
        headers.addProperty("content-type", "text/plain");
        answer.add("headers", headers);
        answer.addProperty("body", greeting + "\n");
        return answer;
    }
}
