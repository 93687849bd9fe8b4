// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The function as Google's functions framework calls one: with the HTTP signature, by which CloudEvents come too. */
public final class GoogleFront implements HttpFunction {
    private final Platform platform;
    private final Code code;

    /** Opens the code; the framework calls nothing before. */
    public GoogleFront() throws IOException, InterruptedException {
        try {
            Settings settings = Settings.read();
            this.platform = Platform.of(settings);
            this.code = Front.open(settings);
        } catch (Failure failure) {
            throw new IllegalStateException(failure.type() + ": " + failure.getMessage(), failure);
        }
    }

    @Override
    public void service(HttpRequest request, HttpResponse response) throws IOException, InterruptedException {
        byte[] body = request.getInputStream().readNBytes(Front.REQUEST_BYTES_MAX + 1);
        if (body.length > Front.REQUEST_BYTES_MAX) {
            response.setStatusCode(413);
            return;
        }
        List<Fields.Field> fields = new ArrayList<>();
        request.getHeaders()
                .forEach((name, values) -> values.forEach(each -> fields.add(new Fields.Field(name, each))));
        String target = request.getUri().replaceFirst("^[A-Za-z]+://[^/?]*", "");
        Code.Answer answer = platform.serve(
                code, new Server.Asked(request.getMethod(), target, new Fields(fields).endToEnd(), body, ""));
        response.setStatusCode(answer.status());
        for (Fields.Field each : answer.fields().endToEnd()) {
            if (each.is("content-type")) {
                response.setContentType(each.value());
            } else {
                response.appendHeader(each.name(), each.value());
            }
        }
        response.getOutputStream().write(answer.body());
    }
}
