// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.OutputBinding;
import com.microsoft.azure.functions.annotation.BlobInput;
import com.microsoft.azure.functions.annotation.EventHubTrigger;
import com.microsoft.azure.functions.annotation.FixedDelayRetry;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import com.microsoft.azure.functions.annotation.QueueOutput;
import com.microsoft.azure.functions.annotation.ServiceBusTopicTrigger;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaFunctionsTest {
    /** A class of functions; never run. */
    public static final class Shop {
        @FunctionName("cart")
        @FixedDelayRetry(maxRetryCount = 4, delayInterval = "00:00:01")
        public String cart(
                @HttpTrigger(
                                name = "req",
                                methods = {HttpMethod.GET},
                                route = "carts/{id}")
                        String request,
                @QueueOutput(name = "bill", queueName = "bills", connection = "C") OutputBinding<String> bill) {
            return request;
        }

        @FunctionName("hub")
        @QueueOutput(name = "ignored", queueName = "q", connection = "C")
        public String hub(
                @EventHubTrigger(name = "events", eventHubName = "h", connection = "C") List<String> events,
                @BlobInput(name = "prices", path = "p", connection = "C") String prices) {
            return prices;
        }

        @FunctionName("topic")
        public void topic(
                @ServiceBusTopicTrigger(name = "m", topicName = "t", subscriptionName = "s", connection = "C")
                        String message) {
            // never run
        }
    }

    @TempDir
    Path folder;

    private final List<String> mistakes = new ArrayList<>();

    private static byte[] shop() throws IOException {
        try (InputStream in = JavaFunctionsTest.class.getResourceAsStream("JavaFunctionsTest$Shop.class")) {
            return in == null ? new byte[0] : in.readAllBytes();
        }
    }

    private AzureFunction named(String name) {
        return JavaFunctions.read(folder, mistakes::add).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void annotationsAreReadAsFunctionJsonWouldSayThem() throws IOException {
        Files.write(folder.resolve("Shop.class"), shop());

        AzureFunction cart = named("cart");

        assertThat(cart.entryPoint()).isEqualTo(Shop.class.getName() + ".cart");
        assertThat(cart.retriesMax()).isEqualTo(4);
        assertThat(cart.trigger().name()).isEqualTo("req");
        assertThat(cart.trigger().methods()).containsExactly("GET");
        assertThat(cart.trigger().route()).isEqualTo("carts/{id}");
        assertThat(cart.otherOutputs()).singleElement().satisfies(each -> assertThat(each.type())
                .isEqualTo("queue"));
        assertThat(cart.bindings())
                .anySatisfy(each -> assertThat(each.name() + each.type()).isEqualTo("$returnhttp"));
        assertThat(cart.problems()).isEmpty();
    }

    @Test
    void batchesTopicsAndInputsAreRecognised() throws IOException {
        Files.write(folder.resolve("Shop.class"), shop());

        assertThat(named("hub").trigger().many()).isTrue();
        assertThat(named("hub").otherOutputs()).singleElement().satisfies(each -> assertThat(each.name())
                .isEqualTo("$return"));
        assertThat(named("hub").problems()).singleElement().asString().contains("input binding 'prices' from a blob");
        assertThat(named("topic").trigger().type()).isEqualTo("serviceBusTrigger");
    }

    @Test
    void jarsInTheLibFolderAreLookedIntoOnlyWhenNothingElseHasAFunction() throws IOException {
        Files.createDirectories(folder.resolve("lib"));
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(folder.resolve("lib/shop.jar")))) {
            jar.putNextEntry(new JarEntry("Shop.class"));
            jar.write(shop());
            jar.closeEntry();
        }

        assertThat(JavaFunctions.read(folder, mistakes::add)).hasSize(3);

        Files.write(folder.resolve("Shop.class"), shop());
        assertThat(JavaFunctions.read(folder, mistakes::add)).hasSize(3);
    }

    @Test
    void whatIsNoClassFileIsSaid() throws IOException {
        Files.writeString(
                folder.resolve("Odd.class"), "com/microsoft/azure/functions/annotation/FunctionName but no class");

        assertThat(JavaFunctions.read(folder, mistakes::add)).isEmpty();
        assertThat(mistakes).singleElement().asString().contains("Odd.class is no class file");
    }

    @Test
    void theWorkersMainIsWhereTheHostSaysItIs() {
        assertThat(getClass().getResource("/" + Workers.JAVA_MAIN.replace('.', '/') + ".class"))
                .isNotNull();
    }
}
