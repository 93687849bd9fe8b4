// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.resource.Function;
import dev.weft.api.resource.Spelling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * docs/reference/contracts.md: what passed for which contract in which language. The page is its own store: a row that
 * runs is compared with what the page says of it, and with {@code -Dweft.regenerate=true} written into it.
 */
final class ContractsPage {
    static final Path FILE = Path.of("../docs/reference/contracts.md");

    /** Says that a test has not run for a row. */
    static final String NOT_RUN = "?";

    static final String REGENERATE = "weft.regenerate";

    private static final String TESTS = "../../app/src/test/java/dev/weft/app/contracts/";

    /** One column. */
    record Column(String title, String meaning) {}

    /** The tests that every row has, by their methods' names, in the page's order. */
    static final Map<String, Column> COLUMNS = new LinkedHashMap<>();

    static {
        column(
                "anExchangeReachesTheCodeAndItsAnswerComesBack",
                "request",
                "an HTTP request reaches the handler, and" + " its answer the caller");
        column("anEventReachesTheCodeAndItsResultComesBack", "event", "so does an event, as `weft invoke` sends it");
        column(
                "bytesOfEveryValueComeBackAsTheyWent",
                "binary",
                "bytes of every value come back as they went; the size" + " that was tried");
        column("stateIsKeptBetweenTheCallsOfAnInstance", "state", "an instance keeps its variables between calls");
        column("fiftyCallersAtOnceAreAllAnswered", "50 callers", "fifty callers at once are all answered");
        column(
                "whatAFunctionPrintsIsInItsLogWithItsInvocation",
                "printing",
                "what it prints is in its log, with the"
                        + " invocation's id where an instance serves one call at a time");
        column(
                "aFailingFunctionIsAnOutcomeNotAnException",
                "failing",
                "an error of the handler's comes back in the" + " vendor's own shape");
        column(
                "aSlowFunctionTimesOutAndTheNextCallIsServed",
                "slow",
                "a call beyond its timeout ends, and the next one" + " is served");
        column("codeThatDoesNotStartIsAnOutcomeThatSaysWhy", "init failure", "code that does not start says why");
        column(
                "aCrashDuringACallIsAnOutcomeWithTheLastWords",
                "killed",
                "a process that ends during a call is told with" + " its exit status and its last lines");
        column(
                "aFunctionThatTakesTooMuchMemoryIsEndedAndSaysSo",
                "memory",
                "a function that takes more than its memory" + " is ended, and its caller told so");
        column(
                "aRequestBeyondTheLimitIsRefusedWithTheLimitsNumber",
                "request limit",
                "a body beyond the contract's limit" + " is refused with the limit's number");
        column(
                "anAnswerBeyondTheLimitIsTheFunctionsFailure",
                "answer limit",
                "an answer beyond it is the function's" + " failure");
        column(
                "codeSeesNothingButItself",
                "sandbox",
                "its code tries to read Weft's and others' files, the environment Weft was"
                        + " started in and other processes, to write its own code, and finds itself without rights");
        column(
                "codeFillsNoDisk",
                "disk",
                "its code writes wherever it may until that is full, and has filled half a gibibyte of memory at most");
        column(
                "throughTheGatewayAndByWeftInvoke",
                "from outside",
                "all but memory, sandbox, disk and 10,000 calls once more as a user sees it: a `weft.yaml`, `weft up`, HTTP"
                        + " through the gateway, `weft invoke`, `weft logs`");
        column(
                "tenThousandCallsThroughTheGatewayLeaveMemorySteady",
                "10,000 calls",
                "ten thousand calls through the gateway, and a thousand as `weft invoke` sends them, leave its memory steady"
                        + " (with `-Psystem`)");
    }

    private ContractsPage() {}

    private static void column(String method, String title, String meaning) {
        COLUMNS.put(method, new Column(title, meaning));
    }

    /**
     * One row.
     *
     * @param test the simple name of the test class
     * @param cells what came of each test, by its method's name
     */
    record Row(String test, String contract, String language, Map<String, String> cells) {
        Row {
            cells = Map.copyOf(cells);
        }

        String cell(String method) {
            return cells.getOrDefault(method, NOT_RUN);
        }

        /** With what {@code newer} knows better. */
        Row updated(Row newer) {
            Map<String, String> all = new TreeMap<>(cells);
            all.putAll(newer.cells);
            return new Row(test, newer.contract, newer.language, all);
        }
    }

    /** The rows of the page as it is, by test. */
    static Map<String, Row> read() {
        Map<String, Row> rows = new TreeMap<>();
        if (!Files.exists(FILE)) {
            return rows;
        }
        try {
            for (String line : Files.readAllLines(FILE)) {
                String[] parts = line.split(" *\\| *", -1);
                if (parts.length == COLUMNS.size() + 5 && parts[parts.length - 2].startsWith("[")) {
                    Map<String, String> cells = new TreeMap<>();
                    int at = 3;
                    for (String method : COLUMNS.keySet()) {
                        cells.put(method, parts[at++]);
                    }
                    String test = parts[at].substring(1, parts[at].indexOf(']'));
                    rows.put(test, new Row(test, parts[1].replace("`", ""), parts[2], cells));
                }
            }
            return rows;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static void write(Collection<Row> rows) {
        try {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, text(rows));
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    /** The page of these rows. */
    static String text(Collection<Row> rows) {
        StringBuilder page = new StringBuilder(
                """
                <!-- Generated by the contract tests, from what passed. Do not edit. -->
                # Contracts: what runs here, and what was tried

                A row is one contract in one language, on the real engine, in the sandbox, with the vendor's own library. Each
                runs the same tests ([ContractHostContract]({contract})) and some of its own;
                **yes** is a test that passed, **no** one that failed, **?** one that has not run. **streams** says that the
                contract has no limit to pass: bodies stream both ways. A row that runs anew and differs from this page fails
                the build.

                """.replace("{contract}", "../../testkit/src/main/java/dev/weft/testkit/ContractHostContract.java"));
        page.append("| contract | language |");
        COLUMNS.values().forEach(each -> page.append(' ').append(each.title()).append(" |"));
        page.append(" tests |\n|---|---|").append("---|".repeat(COLUMNS.size())).append("---|\n");
        List<String> contracts = new ArrayList<>();
        for (Function.Contract each : Function.Contract.values()) {
            contracts.add(Spelling.Words.of(each));
        }
        rows.stream()
                .sorted(Comparator.comparingInt((Row row) -> contracts.indexOf(row.contract()))
                        .thenComparing(Row::test))
                .forEach(row -> {
                    page.append("| `").append(row.contract()).append("` | ").append(row.language());
                    COLUMNS.keySet().forEach(method -> page.append(" | ").append(row.cell(method)));
                    page.append(" | [%1$s](%2$s%1$s.java) |\n".formatted(row.test(), TESTS));
                });
        page.append("\n| column | means |\n|---|---|\n");
        COLUMNS.values().forEach(each -> page.append("| %s | %s |\n".formatted(each.title(), each.meaning())));
        page.append("\nAnew: `./mvnw -pl app -am test -Dtest='*ContractIT' -Dsurefire.failIfNoSpecifiedTests=false")
                .append(" -D" + REGENERATE + "=true -Dweft.forks=1`.\n");
        return page.toString();
    }
}
