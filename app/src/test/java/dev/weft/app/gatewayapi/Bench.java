// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.control.DocumentReader;
import dev.weft.control.Reading;
import dev.weft.gateway.Gateway;
import dev.weft.net.Loops;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** A real gateway that serves documents, in front of three real servers v1, v2 and v3, which are Services. */
final class Bench implements AutoCloseable {
    private final Path folder;
    private final List<Backend> backends;
    private final Loops loops = Loops.start(2);
    private final Gateway gateway;

    Bench(Path folder) throws IOException {
        this.folder = folder;
        this.backends = List.of(new Backend("v1"), new Backend("v2"), new Backend("v3"));
        // on every address: names other than loopback's own must be answered
        this.gateway = Gateway.open(
                new Gateway.Config("0.0.0.0", 0, InstantSource.system()),
                loops,
                (function, cloud) -> null,
                event -> {},
                new SimpleMeterRegistry());
    }

    /** A route's document. @param spec YAML of {@code spec}, not indented */
    static String route(String name, String spec) {
        return "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: " + name + "}\nspec:\n"
                + spec.indent(2);
    }

    /** A route for every host. @param rules YAML of the list of rules, not indented */
    static String rules(String rules) {
        return route("route", "rules:\n" + rules);
    }

    /** Serves these routes and no others; they must be right. */
    Bench serve(String... routes) {
        switch (read(routes)) {
            case Reading.Valid(var application) ->
                gateway.serve(application.functions(), application.services(), application.routes());
            case Reading.Invalid(List<Mistake> mistakes) -> throw new AssertionError(mistakes);
        }
        return this;
    }

    /** The one mistake that keeps {@code routes} from being served. */
    String refused(String... routes) {
        return switch (read(routes)) {
            case Reading.Valid valid -> throw new AssertionError("nothing is wrong with it");
            case Reading.Invalid(List<Mistake> mistakes) -> {
                assertThat(mistakes).hasSize(1);
                yield mistakes.getFirst().toString();
            }
        };
    }

    private Reading read(String... routes) {
        StringBuilder text = new StringBuilder();
        for (Backend backend : backends) {
            text.append("apiVersion: v1\nkind: Service\nmetadata: {name: ").append(backend.name());
            text.append("}\nspec:\n  type: ExternalName\n  externalName: localhost\n");
            text.append("  ports: [{port: 8080, targetPort: ").append(backend.port());
            text.append("}]\n---\n");
        }
        try {
            Path file = Files.writeString(folder.resolve("weft.yaml"), text + String.join("---\n", routes));
            return DocumentReader.read(List.of(file), Map.of());
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    int port() {
        return gateway.port();
    }

    Backend backend(String name) {
        return backends.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Asks. @see Reply#to */
    Reply ask(String what, String... fields) {
        return Reply.to(port(), what, fields);
    }

    /** The request must be answered by that backend; its answer. */
    Reply reaches(String backend, String what, String... fields) {
        Reply reply = ask(what, fields);
        String asked = what + ' ' + List.of(fields);
        assertThat(reply.status()).as(asked).isEqualTo(200);
        assertThat(reply.seen("backend")).as(asked).isEqualTo(backend);
        return reply;
    }

    /** The request must be answered by that status. */
    void answers(int status, String what, String... fields) {
        assertThat(ask(what, fields).status()).as(what + ' ' + List.of(fields)).isEqualTo(status);
    }

    /** The request must be redirected to that address. */
    void redirects(int status, String location, String what, String... fields) {
        Reply reply = ask(what, fields);
        assertThat(reply.field("location")).as(what).isEqualTo(location);
        assertThat(reply.status()).as(what).isEqualTo(status);
        assertThat(reply.body()).as(what).isEmpty();
    }

    @Override
    public void close() {
        gateway.close();
        loops.close();
        backends.forEach(Backend::close);
    }
}
