// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Outcome;
import dev.weft.api.spi.Place;
import dev.weft.testkit.Caller;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GoogleJavaContractIT extends GoogleOnEngine {
    private static final String PACKAGE = "dev/weft/app/contracts";

    @Override
    protected SampleFunction function(Behaviour behaviour) {
        Path ignored = classes("greeter");
        return target(
                switch (behaviour) {
                    case HELLO -> "Hello";
                    case FAILING -> "Failing";
                    case SLOW -> "Slow";
                    case CRASHING -> "Crashing";
                    case BROKEN -> "Broken";
                    case LARGE -> "Large";
                    case ECHO -> "Echo";
                    case COUNTING -> "Counting";
                    case PRINTING -> "Printing";
                    case SHELL -> "Shell";
                    case GREEDY -> "Greedy";
                });
    }

    @Override
    protected SampleFunction sample(String target) {
        return target(
                switch (target) {
                    case "context" -> "Seen";
                    case "event" -> "Event";
                    case "background" -> "Background";
                    case "throwing" -> "Throwing";
                    case "streaming" -> "Streaming";
                    default -> target;
                });
    }

    private static SampleFunction target(String nested) {
        return google("java21", GoogleFunctions.class.getName() + '.' + nested);
    }

    @Override
    protected Path ownCode() {
        return classes("own");
    }

    /** A folder with the functions' classes. */
    private Path classes(String name) {
        Path code = under.code(name, "README", "compiled elsewhere");
        each((file, bytes) -> {
            Path copy = code.resolve(PACKAGE).resolve(file);
            Files.createDirectories(copy.getParent());
            Files.write(copy, bytes);
        });
        return code;
    }

    private interface Taken {
        void take(String file, byte[] bytes) throws IOException;
    }

    private static void each(Taken taken) {
        try {
            Path compiled = Path.of(GoogleFunctions.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolve(PACKAGE);
            try (Stream<Path> files = Files.list(compiled)) {
                for (Path file : files.filter(
                                one -> one.getFileName().toString().startsWith("GoogleFunctions"))
                        .toList()) {
                    taken.take(file.getFileName().toString(), Files.readAllBytes(file));
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (java.net.URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Test
    void aJarInTheFolderAndOneInItsLibAreOnTheClassPath() throws IOException {
        Path code = under.code("own", "README", "jars only");
        for (String jar : new String[] {"functions.jar", "lib/more.jar"}) {
            Path file = code.resolve(jar);
            Files.createDirectories(file.getParent());
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file))) {
                each((name, bytes) -> {
                    // one class in lib, the others beside: both are needed
                    if (name.contains("$Hello") == jar.startsWith("lib")) {
                        out.putNextEntry(new JarEntry(PACKAGE + '/' + name));
                        out.write(bytes);
                    }
                });
            }
        }

        Caller.Heard heard = caller().call(deployed("Hello", code, Map.of()), caller().exchange("/", ADA));

        assertThat(heard.text()).isEqualTo("hello {\"who\":\"ada\"}");
    }

    @Test
    void aCloudEventsFunctionNeedsNoVariable() {
        Caller.Heard heard = caller().call(deployed("event", ownCode(), Map.of()), event(Map.of("type", "shop.sold")));

        assertThat(heard.outcome()).as("%s", heard).isInstanceOf(Outcome.Result.class);
        assertThat(logged("event ")).contains("shop.sold", "ada");
    }

    @Test
    void aBackgroundFunctionGetsItsDataAsTheTypeItNames() {
        Caller.Heard heard = caller().call(deployed("Typed", ownCode(), Map.of()), published());

        assertThat(heard.outcome()).as("%s", heard).isInstanceOf(Outcome.Result.class);
        assertThat(logged("event ")).contains("data=YWRh");
    }

    @Test
    void aTypedFunctionAnswersExchangesAndEvents() {
        Place place = deployed("Polite", ownCode(), Map.of());

        assertThat(caller().call(place, caller().exchange("/", ADA)).text()).isEqualTo("{\"text\":\"hello ada\"}");
        assertThat(caller().call(place, event(Map.of())).text()).isEqualTo("{\"text\":\"hello ada\"}");
    }

    @Test
    void whatAHandlerThrowsIsAnsweredAsTheInvokerDoes() {
        Caller.Heard heard = caller().call(deployed("throwing", ownCode(), Map.of()), caller().exchange("/", ADA));

        assertThat(heard.status()).isEqualTo(500);
        assertThat(heard.text()).isEmpty();
        assertThat(logged("out of stock")).contains("\"severity\"");
    }

    @Test
    void aFailingEventIsTheFunctionsFailure() {
        Caller.Heard heard = caller().call(deployed("ThrowingEvent", ownCode(), Map.of()), event(Map.of()));

        assertThat(heard.outcome()).isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
            assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.ERROR);
            assertThat(failure.type()).isEqualTo("http 500");
        });
        assertThat(logged("out of stock")).contains("\"severity\"");
    }
}
