// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Metadata;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OracleVendorTest {
    private final OracleVendor vendor = new OracleVendor();

    private static Cloud cloud(Cloud.Type type, @Nullable String region, @Nullable String endpoint) {
        return new Cloud(
                new Metadata("cellar", "default", Map.of(), Map.of()),
                new Cloud.Spec(type, region, endpoint == null ? null : URI.create(endpoint), Map.of()));
    }

    private static CloudVendor.Around around(Map<String, String> environment) {
        return new CloudVendor.Around(
                request -> {
                    throw new AssertionError("nothing is to be sent: " + request);
                },
                environment,
                Path.of("/nowhere"),
                InstantSource.system());
    }

    @Test
    void eachTypesOptionsAreNamed() {
        assertThat(vendor.types()).containsExactlyInAnyOrder(Cloud.Type.FN, Cloud.Type.OCI);
        assertThat(vendor.options(Cloud.Type.FN))
                .extracting(CloudVendor.Option::name)
                .containsExactly("app");
        assertThat(vendor.options(Cloud.Type.OCI))
                .extracting(CloudVendor.Option::name)
                .containsExactly("compartment", "application", "subnets", "log", "logsEndpoint");
        assertThat(pattern("subnets")).accepts("ocid1.subnet.oc1..a", "ocid1.subnet.oc1..a, ocid1.subnet.oc1..b");
        assertThat(pattern("subnets")).rejects("subnet", "");
        assertThat(pattern("compartment")).accepts("ocid1.tenancy.oc1..a").rejects("shop");
    }

    private java.util.function.Predicate<String> pattern(String option) {
        String pattern = vendor.options(Cloud.Type.OCI).stream()
                .filter(each -> each.name().equals(option))
                .findFirst()
                .orElseThrow()
                .pattern();
        return text -> text.matches(pattern);
    }

    @Test
    void whatADocumentLacksIsSaid() {
        assertThat(vendor.check(cloud(Cloud.Type.OCI, null, null)))
                .extracting(Mistake::field)
                .containsExactly("spec.region");
        assertThat(vendor.check(cloud(Cloud.Type.OCI, "eu-frankfurt-1", null))).isEmpty();
        assertThat(vendor.check(cloud(Cloud.Type.FN, null, null))).isEmpty();
        for (String bad : List.of("ftp://fn.example", "fn.example", "http://u:p@fn.example", "http://fn.example?x=1")) {
            List<Mistake> mistakes = vendor.check(cloud(Cloud.Type.FN, null, bad));
            assertThat(mistakes).extracting(Mistake::field).containsExactly("spec.endpoint");
            assertThat(mistakes.toString()).doesNotContain("u:p");
        }
    }

    @Test
    void openingSendsNothingAndAnAddressThatIsMissingIsSaidWhenItIsNeeded() {
        try (CloudAccount account = vendor.open(cloud(Cloud.Type.FN, null, null), around(Map.of()))) {
            assertThatThrownBy(account::list)
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("spec.endpoint")
                    .hasMessageContaining("FN_API_URL");
            assertThat(account.examine("shop")).anyMatch(each -> !each.works());
        }
        try (CloudAccount account = vendor.open(cloud(Cloud.Type.OCI, "eu-frankfurt-1", null), around(Map.of()))) {
            assertThat(account.examine("shop")).singleElement().satisfies(each -> {
                assertThat(each.works()).isFalse();
                assertThat(each.advice()).contains("oci setup config");
            });
            assertThat(account.permissions(List.of())).contains("manage fn-function", "use fn-invocation");
        }
    }

    @Test
    void theServersUsualVariableNamesIt() {
        CloudVendor.Around around = new CloudVendor.Around(
                request -> {
                    assertThat(request.uri().toString()).startsWith("http://fn.example:8080/v2/apps?");
                    throw new java.io.IOException("asked");
                },
                Map.of("FN_API_URL", "fn.example:8080"),
                Path.of("/nowhere"),
                InstantSource.system());
        try (CloudAccount account = vendor.open(cloud(Cloud.Type.FN, null, null), around)) {
            Thread.currentThread().interrupt(); // no wait between attempts
            assertThatThrownBy(account::list).isInstanceOf(CloudException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
