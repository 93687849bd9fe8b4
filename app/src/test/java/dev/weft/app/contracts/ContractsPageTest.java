// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testkit.ContractHostContract;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What of the contracts page can be told without running a function; the rows themselves are compared as they run. */
class ContractsPageTest {
    @Test
    void thePageIsTheGeneratorsOwnWriting() {
        assertThat(ContractsPage.FILE)
                .hasContent(ContractsPage.text(ContractsPage.read().values()));
    }

    @Test
    void everyRowOfTheTestsIsOnThePageAndNoOther() throws Exception {
        assertThat(ContractsPage.read().keySet())
                .as("run the rows that differ with -D%s=true", ContractsPage.REGENERATE)
                .containsExactlyInAnyOrderElementsOf(rows());
    }

    @Test
    void everySharedTestHasAColumn() {
        List<String> tests = Stream.of(ContractHostContract.class, ContractOnEngine.class)
                .flatMap(each -> Arrays.stream(each.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .toList();

        assertThat(ContractsPage.COLUMNS.keySet()).containsExactlyInAnyOrderElementsOf(tests);
    }

    @Test
    void aRowKeepsWhatDidNotRunAndTakesWhatDid() {
        ContractsPage.Row known = new ContractsPage.Row("XContractIT", "http", "node", Map.of("a", "yes", "b", "yes"));
        ContractsPage.Row ran = new ContractsPage.Row("XContractIT", "http", "node 24", Map.of("b", "**no**"));

        ContractsPage.Row updated = known.updated(ran);

        assertThat(updated.language()).isEqualTo("node 24");
        assertThat(updated.cells()).isEqualTo(new TreeMap<>(Map.of("a", "yes", "b", "**no**")));
        assertThat(updated.cell("c")).isEqualTo(ContractsPage.NOT_RUN);
    }

    private static List<String> rows() throws IOException, URISyntaxException {
        Path classes = Path.of(ContractOnEngine.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        String folder = ContractOnEngine.class.getPackageName().replace('.', '/');
        try (Stream<Path> files = Files.list(classes.resolve(folder))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".class") && !file.contains("$"))
                    .map(file -> type(file.substring(0, file.length() - ".class".length())))
                    .filter(type ->
                            ContractOnEngine.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers()))
                    .map(Class::getSimpleName)
                    .toList();
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(ContractOnEngine.class.getPackageName() + '.' + name);
        } catch (ClassNotFoundException gone) {
            throw new AssertionError(gone);
        }
    }
}
