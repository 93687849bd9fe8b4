// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.control.placement.ListPrices;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacementChecksTest {
    private static final String TWO = Workspace.CLOUD
            + "---\napiVersion: weft.dev/v1alpha1\nkind: Cloud\nmetadata: {name: cellar}\nspec: {type: knative}\n---\n"
            + Workspace.FUNCTION.replace("clouds: [", "strategy: failover\n    clouds: [{name: cellar}, ");

    @TempDir
    Path folder;

    @Test
    void whatIsLeftOutStandsAtItsFallback() {
        Function.Placement placement = placement(Workspace.CLOUD + "---\n" + Workspace.FUNCTION);
        assertThat(placement.sticky()).isNull();
        assertThat(placement.failback()).isEqualTo(Function.Placement.FAILBACK);
    }

    @Test
    void weightsMayStickToAHeaderOrACookie() {
        String weighted = TWO.replace("failover", "weighted\n    failback: 0s\n    sticky: {cookie: shop-user}");
        assertThat(placement(weighted).sticky()).isEqualTo(new Function.Placement.Sticky(null, "shop-user"));
        assertThat(placement(weighted).failback()).isEqualTo(Duration.ZERO);
    }

    @Test
    void theCheapestOfCloudsIsAskedForOnlyWhereEachHasAPrice() {
        String cheapest = TWO.replace("failover", "cheapest");
        assertThat(new Workspace(folder).mistakes(cheapest))
                .containsExactly(
                        "weft.yaml:21:21: spec.placement.clouds[0].name: 'cellar': there is no list price for type knative;"
                                + " give its Cloud a spec.price, or the label premises: \"true\" if a call more costs"
                                + " nothing there");
        assertThat(placement(cheapest.replace("{type: knative}", "{type: knative, labels: {premises: \"true\"}}"))
                        .strategy())
                .isEqualTo(Function.Strategy.CHEAPEST);
        assertThat(placement(cheapest.replace("{type: knative}", "{type: knative, price: {perGbSecond: 0.000005}}"))
                        .strategy())
                .isEqualTo(Function.Strategy.CHEAPEST);
    }

    @Test
    void burstNeedsAPlaceToLeaveAndAPlaceToGo() {
        String burst = TWO.replace("failover", "burst");
        assertThat(new Workspace(folder).mistakes(burst))
                .singleElement()
                .asString()
                .contains("no cloud here has the label");
        String all = burst.replace("{type: knative}", "{type: knative, labels: {premises: \"true\"}}");
        assertThat(placement(all).strategy()).isEqualTo(Function.Strategy.BURST);
        assertThat(new Workspace(folder).mistakes(all.replace("jurisdiction: eu", "premises: \"true\"")))
                .singleElement()
                .asString()
                .contains("every cloud here has the label");
    }

    @Test
    void everyVendorsFunctionsHaveAListPriceAndADocumentsOwnWordStandsAboveIt() {
        ListPrices list = ListPrices.shipped();
        assertThat(list.date()).matches("20[0-9]{2}-[0-9]{2}-[0-9]{2}");
        for (Cloud cloud : new Workspace(folder).valid(priced()).clouds()) {
            assertThat(list.of(cloud).price()).as(cloud.name()).isNotNull();
        }
        Cloud own = new Workspace(folder)
                .valid(Workspace.CLOUD.replace("region:", "price: {perMillionCalls: 3}, region:"))
                .clouds()
                .getFirst();
        assertThat(list.of(own).from()).isEqualTo("spec.price");
        assertThat(list.of(own).price()).isEqualTo(own.spec().price());
    }

    @Test
    void whatAnAccountChoosesMayHaveAPriceOfItsOwn() {
        String azure = Workspace.CLOUD.replace("type: aws", "type: azure");
        Cloud usual = new Workspace(folder).valid(azure).clouds().getFirst();
        Cloud flex = new Workspace(folder)
                .valid(azure.replace("region:", "account: {plan: flex}, region:"))
                .clouds()
                .getFirst();
        Cloud own = new Workspace(folder)
                .valid(azure.replace("region:", "account: {plan: premium}, region:"))
                .clouds()
                .getFirst();
        ListPrices list = ListPrices.shipped();
        assertThat(list.of(flex).from()).isEqualTo("azure.plan.flex list price of " + list.date());
        assertThat(list.of(flex).price()).isNotEqualTo(list.of(usual).price());
        assertThat(list.of(own)).isEqualTo(list.of(usual));
    }

    private static String priced() {
        StringBuilder text = new StringBuilder();
        for (String type :
                new String[] {"aws", "azure", "google", "code-engine", "oci", "alibaba", "local", "docker"}) {
            text.append(Workspace.CLOUD.replace("aws-eu", type).replace("type: aws", "type: " + type))
                    .append("---\n");
        }
        return text.toString();
    }

    private Function.Placement placement(String yaml) {
        return new Workspace(folder).valid(yaml).functions().getFirst().spec().placement();
    }
}
