// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.clouds.oracle.OracleVendor;
import dev.weft.testkit.CloudAccountContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OciAccountIT extends CloudAccountContract {
    private static final FakeOci OCI = new FakeOci();

    private final Map<String, String> options =
            new HashMap<>(Map.of("compartment", OciUser.COMPARTMENT, "subnets", OciUser.SUBNET));

    @AfterAll
    static void stop() {
        OCI.close();
    }

    @BeforeEach
    void configure() throws IOException {
        OCI.clear();
        OciUser.write(scratch);
    }

    @AfterEach
    void everySignatureWasRight() {
        assertThat(OCI.unsigned()).isEmpty();
    }

    /** Oracle's, but for the waits. */
    @Override
    protected CloudVendor vendor() {
        return new CloudVendor() {
            @Override
            public Set<Cloud.Type> types() {
                return new OracleVendor().types();
            }

            @Override
            public List<Option> options(Cloud.Type type) {
                return new OracleVendor().options(type);
            }

            @Override
            public List<Mistake> check(Cloud cloud) {
                return new OracleVendor().check(cloud);
            }

            @Override
            public CloudAccount open(Cloud cloud, Around around) {
                return new OciAccount(cloud, around, time -> {});
            }
        };
    }

    @Override
    protected Cloud cloud() {
        return Samples.cloud(Cloud.Type.OCI, "eu-frankfurt-1", OCI.uri(), options);
    }

    @Override
    protected Map<String, String> environment() {
        return Map.of();
    }

    @Override
    protected Function function(String name, Path folder, String answer) throws IOException {
        Samples.writeNode(folder, answer);
        return Samples.function(name, parts -> parts);
    }

    @Override
    protected Function other(Function function) {
        return Samples.function(function.name(), parts -> parts.memory(512)
                .env(Map.of("OTHER", "value"))
                .labels(Map.of())
                .minInstances(2));
    }

    @Override
    protected Artifact artifact(Path folder, Packing packing) throws IOException {
        return Samples.image("fra.ocir.io/ns/shop", Files.readString(folder.resolve("func.js")));
    }

    /** By Oracle's own client. */
    @Override
    protected boolean foreign(String name) {
        try (OracleClient client = new OracleClient(OCI.uri())) {
            client.create(OciAccount.APPLICATION, name);
        }
        return true;
    }

    @Override
    protected void cleanUp() {
        List<String> unsigned = OCI.unsigned();
        OCI.clear();
        assertThat(unsigned).isEmpty();
    }

    @Test
    void aFunctionIsMadeWithItsTagsAndChangedOnlyWhereItDiffersIfNobodyWasFaster() throws Exception {
        try (CloudAccount account = open()) {
            Seen seen = made(account, "one");
            OCI.forget();
            Ready changed = ready(account, "one", "first", true);
            account.apply(changed.wanted(), changed.packing(), seen, Progress.NONE);
            assertThat(OCI.asked())
                    .filteredOn(each -> !each.method().equals("GET"))
                    .singleElement()
                    .satisfies(put -> {
                        assertThat(put.method()).isEqualTo("PUT");
                        assertThat(put.header("if-match")).isEqualTo(seen.revision());
                        assertThat(put.json().properties().stream().map(Map.Entry::getKey))
                                .containsExactlyInAnyOrder(
                                        "memoryInMBs", "config", "freeformTags", "provisionedConcurrencyConfig");
                        assertThat(put.json().path("freeformTags").has("team")).isFalse();
                    });
        }
    }

    @Test
    void whoeverIsSlowerIsToldSo() throws Exception {
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
    void applyWaitsUntilTheFunctionIsActive() throws Exception {
        OCI.slowness = 5;
        List<String> heard = new ArrayList<>();
        try (CloudAccount account = open()) {
            Ready ready = ready(account, "one", "first", false);
            Seen seen = account.apply(ready.wanted(), ready.packing(), null, heard::add);
            assertThat(seen.state()).isEqualTo(Seen.READY);
            assertThat(heard).contains("created one", "one is creating");
        }
    }

    @Test
    void aFunctionThatFailsToStartIsToldAtOnce() throws Exception {
        OCI.end = "FAILED";
        try (CloudAccount account = open()) {
            Ready ready = ready(account, "one", "first", false);
            assertThatThrownBy(() -> account.apply(ready.wanted(), ready.packing(), null, Progress.NONE))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("is failed");
            assertThat(Objects.requireNonNull(account.find("one")).state()).isEqualTo("failed");
            assertThat(Objects.requireNonNull(account.find("one")).target()).isNull();
        }
    }

    @Test
    void aFunctionThatNeverBecomesActiveIsGivenUp() throws Exception {
        OCI.slowness = 1_000;
        try (CloudAccount account = open()) {
            Ready ready = ready(account, "one", "first", false);
            assertThatThrownBy(() -> account.apply(ready.wanted(), ready.packing(), null, Progress.NONE))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("5 minutes");
        }
    }

    @Test
    void theApplicationComesWithTheFirstFunctionAndGoesWithTheLast() throws Exception {
        try (CloudAccount account = open()) {
            Seen one = made(account, "one");
            Seen two = made(account, "two");
            account.delete(one, Progress.NONE);
            assertThat(OCI.appCount()).isEqualTo(1);
            account.delete(two, Progress.NONE);
            assertThat(OCI.appCount()).isZero();
        }
    }

    @Test
    void withoutSubnetsTheApplicationMustBeThere() throws Exception {
        options.remove("subnets");
        try (CloudAccount account = open()) {
            assertThatThrownBy(() -> made(account, "one"))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("spec.account.subnets");
            assertThat(account.examine(APPLICATION)).anyMatch(each -> !each.works());
        }
        foreign("theirs");
        try (CloudAccount account = open()) {
            account.delete(made(account, "one"), Progress.NONE);
            assertThat(OCI.appCount()).isEqualTo(1);
        }
    }

    @Test
    void anApplicationOfOtherProcessorsIsRefused() throws Exception {
        try (CloudAccount account = open()) {
            made(account, "one");
            Ready two = ready(account, "two", "first", false);
            Function.Spec spec = two.wanted().function().spec();
            Function arm = new Function(two.wanted().function().metadata(), Samples.arm(spec));
            Wanted wanted = new Wanted(
                    APPLICATION, arm, "two", two.wanted().artifact(), arm.spec().env());
            assertThatThrownBy(() -> account.apply(wanted, two.packing(), null, Progress.NONE))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("spec.architecture arm64")
                    .hasMessageContaining("GENERIC_X86");
        }
    }

    @Test
    void everyPageOfAListIsRead() throws Exception {
        OCI.pageMax = 2;
        try (CloudAccount account = open()) {
            for (String name : List.of("a", "b", "c", "d", "e")) {
                made(account, name);
            }
            assertThat(account.list()).extracting(Seen::name).containsExactlyInAnyOrder("a", "b", "c", "d", "e");
        }
    }

    private Seen made(CloudAccount account, String name) throws IOException {
        Ready ready = ready(account, name, "first", false);
        return account.apply(ready.wanted(), ready.packing(), null, Progress.NONE);
    }
}
