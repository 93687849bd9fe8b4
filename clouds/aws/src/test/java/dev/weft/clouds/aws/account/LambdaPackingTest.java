// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Function;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LambdaPackingTest {
    @TempDir
    Path folder;

    private Packed pack(Consumer<Functions.Spec> change) throws Exception {
        return LambdaPacking.of(Functions.with(Functions.node("one", folder, "x"), change), folder);
    }

    private static List<Mistake> mistakes(Packed packed) {
        assertThat(packed).isInstanceOf(Packed.Not.class);
        return ((Packed.Not) packed).mistakes();
    }

    private static Packing packing(Packed packed) {
        assertThat(packed).isInstanceOf(Packed.As.class);
        return ((Packed.As) packed).packing();
    }

    @Test
    void onlyNodesAnswersStream() throws Exception {
        Files.writeString(folder.resolve("app.py"), "def handler(event, context): return 1\n");
        Function node =
                Functions.with(Functions.node("one", folder, "x"), spec -> spec.payload = Function.Payload.STREAMED);
        assertThat(LambdaPacking.of(node, folder)).isInstanceOf(Packed.As.class);
        Function python = Functions.with(node, spec -> {
            spec.runtime = "python3.12";
            spec.handler = "app.handler";
        });
        assertThat(LambdaPacking.of(python, folder))
                .isInstanceOfSatisfying(Packed.Not.class, not -> assertThat(not.mistakes())
                        .singleElement()
                        .satisfies(mistake -> assertThat(mistake.toString())
                                .contains("spec.payload", "streamed", "python3.12 does not stream")));
    }

    @Test
    void aFolderIsPackedAsItIs() throws Exception {
        Packing packing = packing(pack(spec -> {}));
        assertThat(packing).isEqualTo(Packing.own(Packing.Form.ZIP, "index.handler", "nodejs20.x"));
    }

    @Test
    void anImageNeedsNeitherRuntimeNorHandler() throws Exception {
        Packing packing = packing(pack(spec -> {
            spec.code = new Function.Code(null, null, null, "shop/pay@sha256:" + "a".repeat(64));
            spec.runtime = null;
            spec.handler = null;
        }));
        assertThat(packing.form()).isEqualTo(Packing.Form.IMAGE);
        assertThat(packing.runtime()).isEmpty();
        assertThat(packing.handler()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "nodejs16, index.handler, spec.runtime",
        "cobol85, index.handler, spec.runtime",
        ", index.handler, spec.runtime",
        "nodejs20, , spec.handler",
        "nodejs20, handler, spec.handler",
        "nodejs20, other.handler, spec.handler",
        "python3.12, index, spec.handler",
        "provided.al2023, , spec.handler",
    })
    void whatLambdaCouldNotStartIsRefused(String runtime, String handler, String field) throws Exception {
        assertThat(mistakes(pack(spec -> {
                    spec.runtime = runtime;
                    spec.handler = handler;
                })))
                .isNotEmpty()
                .allSatisfy(mistake -> assertThat(mistake.field()).isEqualTo(field));
    }

    @ParameterizedTest
    @CsvSource({
        "provided.al2023, bootstrap",
        "ruby3.4, app.handler",
        "dotnet8, Shop::Shop.Pay::Handle",
        "java8.al2, shop.Pay"
    })
    void runtimesThatOnlyLambdaKnowsAreTakenAsTheyAre(String runtime, String handler) throws Exception {
        Packing packing = packing(pack(spec -> {
            spec.runtime = runtime;
            spec.handler = handler;
        }));
        assertThat(packing.runtime()).isEqualTo(runtime);
        assertThat(packing.handler()).isEqualTo(handler);
    }

    @Test
    void aJarThatLambdaWouldNotFindIsRefused() throws Exception {
        Files.write(folder.resolve("shop.jar"), new byte[] {1});
        Files.createDirectories(folder.resolve("shop"));
        Files.write(folder.resolve("shop/Pay.class"), new byte[] {1});
        assertThat(mistakes(pack(spec -> {
                    spec.runtime = "java21";
                    spec.handler = "shop.Pay";
                })))
                .anySatisfy(mistake -> {
                    assertThat(mistake.field()).isEqualTo("spec.code.path");
                    assertThat(mistake.value()).isEqualTo("shop.jar");
                    assertThat(mistake.message()).contains("lib");
                });
    }
}
