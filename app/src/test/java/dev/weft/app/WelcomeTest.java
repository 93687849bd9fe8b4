// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.Application;
import dev.weft.control.DocumentReader;
import dev.weft.control.Reading;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WelcomeTest {
    private static final String GATEWAY = "http://localhost:8080";

    @TempDir
    private Path folder;

    @Test
    void everyPathThatLeadsToAFunctionIsOneUrlOfIt() throws IOException {
        Application application = application(2, """
              - matches: [{path: {type: PathPrefix, value: /a}}, {path: {type: Exact, value: /b}}]
                backendRefs: [{group: weft.dev, kind: Function, name: f0}]
              - matches: [{path: {type: PathPrefix, value: /a}}, {path: {type: RegularExpression, value: "/c.*"}}]
                backendRefs:
                - {group: weft.dev, kind: Function, name: f0}
                - {group: weft.dev, kind: Function, name: f1, weight: 0}
            """);

        Map<String, Set<String>> urls = Welcome.urls(application, GATEWAY);

        assertThat(urls).containsOnlyKeys("f0");
        assertThat(urls.get("f0")).containsExactly(GATEWAY + "/a", GATEWAY + "/b");
        assertThat(Welcome.tries(application, urls, GATEWAY)).containsExactly("curl " + GATEWAY + "/a");
    }

    @Test
    void whatToSayOfThousandsOfFunctionsIsFoundAtOnce() throws IOException {
        StringBuilder rules = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            rules.append("""
                  - matches: [{path: {type: PathPrefix, value: /p%1$d}}]
                    backendRefs: [{group: weft.dev, kind: Function, name: f%1$d}]
                """.formatted(i));
        }
        Application some = application(10, rules.toString());
        Application many = new Application(
                some.clouds(),
                Collections.nCopies(1_000, some.functions()).stream()
                        .flatMap(List::stream)
                        .toList(),
                Collections.nCopies(1_000, some.routes()).stream()
                        .flatMap(List::stream)
                        .toList(),
                some.services(),
                some.limits(),
                some.facades(),
                some.code(),
                some.env(),
                some.secrets(),
                some.files());
        long began = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();

        List<String> tries = Welcome.tries(many, Welcome.urls(many, GATEWAY), GATEWAY);

        long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - began;
        assertThat(tries).hasSize(10_000);
        assertThat(Duration.ofNanos(took)).isLessThan(Duration.ofSeconds(1));
    }

    private Application application(int functions, String rules) throws IOException {
        StringBuilder text = new StringBuilder(
                "apiVersion: weft.dev/v1alpha1\nkind: Cloud\nmetadata: {name: here}\nspec: {type: local}\n");
        for (int i = 0; i < functions; i++) {
            text.append("""
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: f%d}
                spec:
                  contract: http
                  command: [serve]
                  code: {path: .}
                  placement: {clouds: [{name: here}]}
                """.formatted(i));
        }
        text.append("""
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: all}
            spec:
              rules:
            """).append(rules);
        Path file = Files.writeString(folder.resolve("weft.yaml"), text);
        Reading reading = DocumentReader.read(List.of(file), Map.of());
        assertThat(reading).isInstanceOf(Reading.Valid.class);
        return ((Reading.Valid) reading).application();
    }
}
