// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.RestFailure;
import dev.weft.clouds.oracle.OracleVendor;
import dev.weft.testkit.CloudAccountContract;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class FnAccountIT extends CloudAccountContract {
    private static final FakeFnServer FN = new FakeFnServer();

    @AfterAll
    static void stop() {
        FN.close();
    }

    @Override
    protected CloudVendor vendor() {
        return new OracleVendor();
    }

    @Override
    protected Cloud cloud() {
        return Samples.cloud(Cloud.Type.FN, null, FN.uri(), Map.of());
    }

    @Override
    protected Map<String, String> environment() {
        return Map.of("FN_TOKEN", "a-token-of-more-than-twenty-characters");
    }

    @Override
    protected Function function(String name, Path folder, String answer) throws IOException {
        Samples.writeNode(folder, answer);
        return Samples.function(name, parts -> parts);
    }

    @Override
    protected Function other(Function function) {
        return Samples.function(
                function.name(),
                parts -> parts.memory(512).env(Map.of("OTHER", "value")).labels(Map.of()));
    }

    @Override
    protected Artifact artifact(Path folder, Packing packing) throws IOException {
        return Samples.image("registry.example/shop", Files.readString(folder.resolve("func.js")));
    }

    @Override
    protected boolean foreign(String name) {
        FN.foreign(FnAccount.APP, name);
        return true;
    }

    @Override
    protected void cleanUp() {
        FN.clear();
    }

    @Test
    void aFunctionIsMadeAndChangedByOneRequestWithItsAnnotations() throws Exception {
        try (CloudAccount account = open()) {
            Seen seen = made(account, "one");
            FN.forget();
            Ready changed = ready(account, "one", "second", true);
            account.apply(changed.wanted(), changed.packing(), seen, Progress.NONE);

            assertThat(FN.asked())
                    .filteredOn(each -> !each.method().equals("GET"))
                    .singleElement()
                    .satisfies(put -> {
                        assertThat(put.method()).isEqualTo("PUT");
                        assertThat(put.json().properties().stream().map(Map.Entry::getKey))
                                .containsExactlyInAnyOrder("image", "memory", "config", "annotations");
                        // what is empty is removed: the other merges
                        assertThat(put.json().path("config").path("CURRENCY").asString())
                                .isEmpty();
                        assertThat(put.json().path("annotations").path("team").asString())
                                .isEmpty();
                        assertThat(put.header("authorization"))
                                .isEqualTo("Bearer a-token-of-more-than-twenty-characters");
                    });
        }
    }

    @Test
    void theApplicationComesWithTheFirstFunctionAndGoesWithTheLast() throws Exception {
        try (CloudAccount account = open()) {
            Seen one = made(account, "one");
            Seen two = made(account, "two");
            account.delete(one, Progress.NONE);
            assertThat(FN.appCount()).isEqualTo(1);
            account.delete(two, Progress.NONE);
            assertThat(FN.appCount()).isZero();
        }
    }

    @Test
    void anApplicationOfOthersStaysAndSoDoesOneThatHoldsMore() throws Exception {
        foreign("theirs");
        try (CloudAccount account = open()) {
            account.delete(made(account, "one"), Progress.NONE);
            assertThat(FN.appCount()).isEqualTo(1);
            assertThat(account.find("theirs")).isNotNull();
        }
        FN.clear();
        try (CloudAccount account = open()) {
            Seen one = made(account, "one");
            foreign("theirs");
            account.delete(one, Progress.NONE);
            assertThat(account.find("theirs")).isNotNull();
        }
    }

    @Test
    void everyPageOfAListIsRead() throws Exception {
        FN.perPageMax = 2;
        try (CloudAccount account = open()) {
            for (String name : new String[] {"a", "b", "c", "d", "e"}) {
                made(account, name);
            }
            assertThat(account.list()).extracting(Seen::name).containsExactlyInAnyOrder("a", "b", "c", "d", "e");
        }
    }

    @Test
    void anotherImageThereIsSeen() throws Exception {
        try (CloudAccount account = open()) {
            made(account, "one");
            FN.touch("one", "registry.example/other:1");
            assertThat(Objects.requireNonNull(account.find("one")).codeTouched())
                    .isTrue();
        }
    }

    @Test
    void aPlanThatIsOldIsRefused() throws Exception {
        try (CloudAccount account = open()) {
            Seen old = made(account, "one");
            Ready second = ready(account, "one", "second", false);
            account.apply(second.wanted(), second.packing(), old, Progress.NONE);
            Ready third = ready(account, "one", "third", false);
            assertThatThrownBy(() -> account.apply(third.wanted(), third.packing(), old, Progress.NONE))
                    .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                            .isEqualTo(CloudException.Kind.INVALID))
                    .hasMessageContaining("meanwhile");
        }
    }

    @Test
    void aFunctionIsCalledWhereItsServerSaysUnlessThatIsWeaker() throws Exception {
        try (CloudAccount account = open()) {
            made(account, "one");
            assertThat(target(account)).isEqualTo(FN.uri());
            FN.invokeBase = "http://calls.example:8081/base";
            assertThat(target(account)).isEqualTo(URI.create("http://calls.example:8081/base"));
            FN.invokeBase = "no address at all";
            assertThat(target(account)).isEqualTo(FN.uri());
        }
    }

    private static URI target(CloudAccount account) {
        return Objects.requireNonNull(
                        Objects.requireNonNull(account.find("one")).target())
                .endpoint();
    }

    @Test
    void aServersRefusalIsToldInItsWords() throws Exception {
        try (CloudAccount account = open()) {
            Ready good = ready(account, "one", "first", false);
            // past the checks, as if a server had narrower limits
            Function wrong = Samples.function("one", parts -> parts.memory(9000));
            assertThatThrownBy(() -> account.apply(
                            new dev.weft.api.account.Wanted(
                                    APPLICATION, wrong, "one", good.wanted().artifact(), Map.of()),
                            good.packing(),
                            null,
                            Progress.NONE))
                    .isInstanceOfSatisfying(CloudException.class, failed -> {
                        assertThat(failed.kind()).isEqualTo(CloudException.Kind.INVALID);
                        assertThat(failed.getCause())
                                .isInstanceOfSatisfying(RestFailure.class, said -> assertThat(said.status())
                                        .isEqualTo(400));
                    })
                    .hasMessageContaining("memory value is out of range");
        }
    }

    private Seen made(CloudAccount account, String name) throws IOException {
        Ready ready = ready(account, name, "first", false);
        return account.apply(ready.wanted(), ready.packing(), null, Progress.NONE);
    }
}
