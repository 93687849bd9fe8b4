// SPDX-License-Identifier: Apache-2.0
package hello;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Says hello to the name in the JSON body or the query. Google's services POST what has happened, so an HTTP function hears
 * of events too, in the request's body.
 */
public class Hello implements HttpFunction {
    /** Enough for one field; with more of them, bring a JSON library. */
    private static final Pattern NAME = Pattern.compile("\"name\"\\s*:\\s*\"([^\"\\\\]*)\"");

    @Override
    public void service(HttpRequest request, HttpResponse response) throws IOException {
        Matcher name = NAME.matcher(request.getReader().lines().collect(Collectors.joining("\n")));
        String who = name.find() ? name.group(1) : request.getFirstQueryParameter("name").orElse("world");
        response.setContentType("text/plain; charset=utf-8");
        response.getWriter().write("hello " + who);
    }
}
