// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.control.Nearest;
import dev.weft.store.Left;
import dev.weft.store.Store;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** Functions on clouds that the documents do not name any more: nobody asks such a cloud, so only history knows of them. */
final class LeftClouds {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.systemDefault());

    private final String application;
    private final List<Left> all;

    private LeftClouds(String application, List<Left> all) {
        this.application = application;
        this.all = all;
    }

    /** Which of them are given up. */
    static final class Abandoned {
        @Option(
                names = "--abandon",
                paramLabel = "CLOUD",
                description =
                        "Forget what of the application may still run on this cloud, which the documents do not name"
                                + " any more; may be given several times.")
        List<String> clouds = List.of();
    }

    /** Those of the session's application. */
    static LeftClouds of(AccountSession session) {
        if (!Stores.there(System.getenv())) {
            return new LeftClouds(session.name(), List.of());
        }
        try (Store store = Stores.open(System.getenv())) {
            return new LeftClouds(
                    session.name(),
                    store.history().left(session.name()).stream()
                            .filter(each -> !session.accounts().containsKey(each.cloud()))
                            .toList());
        }
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** A line for each. */
    void print(PrintWriter out) {
        all.forEach(each -> out.println("  ? " + words(each) + ": cloud " + each.cloud()
                + " is not in the documents any more, and it may still run there since "
                + DAY.format(each.since())));
        out.flush();
    }

    /** For machines. */
    List<Map<String, Object>> fields() {
        List<Map<String, Object>> fields = new ArrayList<>();
        all.forEach(each -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("function", each.function());
            one.put("cloud", each.cloud());
            one.put("name", each.name());
            one.put("since", each.since().toString());
            fields.add(one);
        });
        return fields;
    }

    /** Refuses to go on unless each cloud that left is among {@code abandoned}; a name that is none of them is refused too. */
    void refuseUnless(List<String> abandoned) {
        Set<String> clouds = new TreeSet<>();
        all.forEach(each -> clouds.add(each.cloud()));
        for (String each : abandoned) {
            if (!clouds.contains(each)) {
                throw new CliException(
                        Exit.USAGE,
                        "--abandon " + each + ": "
                                + (clouds.isEmpty()
                                        ? "no cloud left the documents while something of " + application + " was on it"
                                        : Nearest.hint(each, clouds)));
            }
        }
        List<Left> open =
                all.stream().filter(each -> !abandoned.contains(each.cloud())).toList();
        if (!open.isEmpty()) {
            String cloud = open.getFirst().cloud();
            throw new CliException(
                    Exit.FAILED,
                    "nothing was changed: "
                            + String.join(
                                    ", ", open.stream().map(LeftClouds::words).toList())
                            + " may still run, and the documents do not name that cloud any more; put cloud " + cloud
                            + " back and apply without functions on it, which removes them there, or give --abandon "
                            + cloud + " to forget them");
        }
    }

    /** Writes into history that {@code abandoned} clouds are nobody's business any more. */
    void forget(List<String> abandoned, PrintWriter out) {
        List<Left> gone =
                all.stream().filter(each -> abandoned.contains(each.cloud())).toList();
        if (gone.isEmpty()) {
            return;
        }
        try (Store store = Stores.open(System.getenv())) {
            Recorder.whole(store.history(), application, Left.ABANDON, gone);
        }
        gone.forEach(each -> out.println("  " + words(each) + ": forgotten; whatever is there stays there"));
        out.flush();
    }

    private static String words(Left left) {
        return left.function() + " on " + left.cloud()
                + (left.name().equals(left.function()) ? "" : " (there " + left.name() + ')');
    }
}
