// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import static dev.weft.control.Broken.change;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One mistake in a route to the queue of a function's events, and every word the user is told. */
class BrokenQueuesTest {
    private static final String BACKEND = "    backendRefs: [{group: weft.dev, kind: Function, name: checkout}]";
    private static final String REF = "spec.rules[0].backendRefs[0]";

    @TempDir
    Path folder;

    private static Broken instead(String backend, String... mistakes) {
        return change(BACKEND, "    backendRefs: [" + backend + "]", mistakes);
    }

    static Stream<Broken> queues() {
        return Stream.of(
                instead("{group: weft.dev, kind: EventQueue, name: checkout}"),
                instead(
                        "{group: weft.dev, kind: EventQueue, name: chekout}",
                        "weft.yaml:23:61: " + REF
                                + ".name: 'chekout': there is no Function of that name; did you mean 'checkout'?"),
                instead(
                        "{group: weft.dev, kind: EventQueue, name: checkout, port: 80}",
                        "weft.yaml:23:77: " + REF + ".port: '80': a function has no port; leave it out"),
                instead(
                        "{kind: EventQueue, name: checkout}",
                        "weft.yaml:23:19: " + REF + ": 'EventQueue': a function is {group: weft.dev, kind: Function,"
                                + " name: checkout}, a service {kind: Service, name: checkout, port: 80}"),
                instead(
                        "{group: weft.dev, kind: EventQueue, name: checkout, filters: [{type: URLRewrite, urlRewrite:"
                                + " {hostname: a.example}}]}",
                        "weft.yaml:23:43: " + REF + ".kind: 'EventQueue': a filter of type URLRewrite has no effect on"
                                + " events that are kept; leave the filter out"));
    }

    @ParameterizedTest
    @MethodSource("queues")
    void everyMistakeIsNamedWhereItStands(Broken broken) {
        broken.check(folder);
    }
}
