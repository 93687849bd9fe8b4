// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.app.account.Stores;
import dev.weft.app.home.Home;
import dev.weft.app.train.TrainingCloud;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;

/**
 * Runs once when Weft is built, so that the JVM can note which classes a start needs: a whole {@code weft up} of a tiny
 * application, and the commands asked of it. Its exit code says whether that went well.
 */
@Command(name = "train", hidden = true, description = "Build step: walks through a start for the JVM's AOT cache.")
final class TrainCommand implements Callable<Integer> {
    private static final String DOCUMENTS = """
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: here}
            spec: {type: local}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: idle}
            spec:
              contract: http
              code: {path: .}
              command: [sh, -c, "exit 0"]
              placement: {clouds: [{name: here}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: all}
            spec:
              rules:
              - backendRefs: [{group: weft.dev, kind: Function, name: idle}]
            """;

    /** Of one function on the training cloud, and one that is not there. */
    private static final String PLANNED = """
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: there, labels: {app.kubernetes.io/part-of: train}}
            spec:
              type: aws
              region: eu-west-1
              endpoint: ADDRESS
              account: {role: "arn:aws:iam::123456789012:role/functions"}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: idle}
            spec:
              contract: aws-lambda
              runtime: nodejs22.x
              handler: index.handler
              code: {path: code}
              env: {STAGE: train}
              placement: {clouds: [{name: there}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: busy}
            spec:
              contract: aws-lambda
              runtime: python3.12
              handler: app.handler
              code: {path: code}
              placement: {clouds: [{name: there}]}
            """;

    /** What {@code plan} answers where something would change. */
    private static final int PLANNED_EXIT = 2;

    @Override
    public Integer call() throws InterruptedException {
        Home home = Home.of(System.getenv());
        Path folder = write(home.folder());
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        CountDownLatch stop = new CountDownLatch(1);
        UpPath.Options options = UpPath.Options.plain(java.util.List.of(folder), 0, 64L << 20, true, false);
        int[] exit = {0};
        Thread up = Thread.ofPlatform().name("train").start(() -> {
            try {
                exit[0] = new UpPath(options, home, new Terminal(out, out, true), stop).run();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        while (up.isAlive() && home.running().isEmpty()) {
            Thread.onSpinWait();
        }
        int asked = 0;
        for (String command :
                new String[] {"--help", "get", "routes", "get instances -o yaml", "logs idle", "version"}) {
            asked += run(out, command.split(" ", -1));
        }
        asked += run(out, "validate", folder.toString());
        stop.countDown();
        up.join();
        asked += plan(home.folder(), out);
        System.out.println(said);
        return exit[0] + asked;
    }

    /** What plans need; the launcher gives training credentials that are none. */
    private static int plan(Path home, PrintWriter out) {
        try (TrainingCloud cloud = new TrainingCloud()) {
            Path folder = Files.createDirectories(home.resolve("plan"));
            Path code = Files.createDirectories(folder.resolve("code"));
            Files.writeString(code.resolve("index.mjs"), "export const handler = async () => ({});\n");
            Files.writeString(code.resolve("app.py"), "def handler(event, context):\n    return {}\n");
            Files.writeString(
                    folder.resolve("weft.yaml"),
                    PLANNED.replace("ADDRESS", cloud.address().toString()));
            Stores.open(System.getenv()).close(); // a plan looks into history where there is one
            return run(out, "plan", "-f", folder.toString()) == PLANNED_EXIT ? 0 : 1;
        } catch (IOException failure) {
            throw new UncheckedIOException("no plan for training in " + home, failure);
        }
    }

    private static int run(PrintWriter out, String... arguments) {
        return Main.commandLine(arguments).setOut(out).setErr(out).execute(arguments);
    }

    private static Path write(Path home) {
        try {
            // the launcher gives training a home of its own, and removes it
            Path folder = Files.createDirectories(home.resolve("train"));
            Files.writeString(folder.resolve("weft.yaml"), DOCUMENTS);
            return folder;
        } catch (IOException failure) {
            throw new UncheckedIOException("no folder for training in " + home, failure);
        }
    }
}
