// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.resource.Spelling;
import dev.weft.testkit.SampleFunction;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Compares what comes of a row's tests with what docs/reference/contracts.md says of them, or writes it there. Only tests
 * that ran count, so that one test alone can be run.
 */
final class ContractsRowWatcher implements TestWatcher, AfterEachCallback, AfterAllCallback {
    private static final ExtensionContext.Namespace HERE = ExtensionContext.Namespace.create(ContractsRowWatcher.class);
    private static final String STREAMS = "this contract streams";

    /** What is known of a row while it runs. */
    private static final class Seen {
        private final Map<String, String> cells = new TreeMap<>();
        private String contract = "";
        private String language = "";
        private int binaryBytes;
    }

    @Override
    public void afterEach(ExtensionContext test) {
        ContractOnEngine instance = (ContractOnEngine) test.getRequiredTestInstance();
        SampleFunction function = instance.row;
        Seen seen = seen(test);
        seen.binaryBytes = instance.binaryBytes();
        if (function != null) {
            seen.contract = Spelling.Words.of(function.contract());
            seen.language = instance.language(function);
        }
    }

    @Override
    public void testSuccessful(ExtensionContext test) {
        Seen seen = seen(test);
        boolean sized = method(test).equals("bytesOfEveryValueComeBackAsTheyWent");
        keep(
                test,
                sized
                        ? "yes, "
                                + (seen.binaryBytes < 1_000_000
                                        ? seen.binaryBytes / 1_000 + " kB"
                                        : seen.binaryBytes / 1_000_000 + " MB")
                        : "yes");
    }

    @Override
    public void testFailed(ExtensionContext test, Throwable cause) {
        keep(test, "**no**");
    }

    @Override
    public void testAborted(ExtensionContext test, Throwable cause) {
        // any other reason is this machine's and says nothing about the row
        if (String.valueOf(cause.getMessage()).contains(STREAMS)) {
            keep(test, "streams");
        }
    }

    private static void keep(ExtensionContext test, String cell) {
        if (ContractsPage.COLUMNS.containsKey(method(test))) {
            seen(test).cells.put(method(test), cell);
        }
    }

    private static String method(ExtensionContext test) {
        return test.getRequiredTestMethod().getName();
    }

    private static Seen seen(ExtensionContext context) {
        ExtensionContext row =
                context.getTestMethod().isPresent() ? context.getParent().orElse(context) : context;
        return row.getStore(HERE).computeIfAbsent(Seen.class, _ -> new Seen(), Seen.class);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Seen seen = seen(context);
        if (seen.cells.isEmpty() || seen.contract.isEmpty()) {
            return;
        }
        String name = context.getRequiredTestClass().getSimpleName();
        ContractsPage.Row ran = new ContractsPage.Row(name, seen.contract, seen.language, seen.cells);
        Map<String, ContractsPage.Row> rows = ContractsPage.read();
        ContractsPage.Row known = rows.get(name);
        if (Boolean.getBoolean(ContractsPage.REGENERATE)) {
            rows.put(name, known == null ? ran : known.updated(ran));
            ContractsPage.write(rows.values());
            return;
        }
        assertThat(known)
                .as(
                        "%s has no row of %s; run its tests with -D%s=true",
                        ContractsPage.FILE, name, ContractsPage.REGENERATE)
                .isNotNull();
        if (known != null) {
            assertThat(List.of(
                            known.contract(),
                            known.language(),
                            known.updated(ran).cells()))
                    .as(
                            "%s says otherwise of %s than its tests; run them with -D%s=true",
                            ContractsPage.FILE, name, ContractsPage.REGENERATE)
                    .isEqualTo(List.of(ran.contract(), ran.language(), known.cells()));
        }
    }
}
