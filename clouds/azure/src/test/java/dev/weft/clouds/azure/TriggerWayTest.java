// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Call;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TriggerWayTest {
    @Test
    void anExchangeReachesAnHttpFunctionWithItsParameters() {
        Call.Exchange call = SampleCalls.exchange("GET", "/api/carts/7", null, "");

        TriggerWay way = TriggerWay.of(SampleCalls.http(", \"route\": \"carts/{id}\""), "api", call);

        assertThat(way).isEqualTo(new TriggerWay.Deliver(call, Map.of("id", "7")));
    }

    @Test
    void aPathOfAnotherShapeIsDeliveredWithoutParameters() {
        Call.Exchange call = SampleCalls.exchange("GET", "/elsewhere", null, "");

        assertThat(TriggerWay.of(SampleCalls.http(", \"route\": \"carts/{id}\""), "api", call))
                .isEqualTo(new TriggerWay.Deliver(call, Map.of()));
    }

    @Test
    void aMethodThatIsNotListedIsNotFoundAsOnAzure() {
        AzureFunction function = SampleCalls.http(", \"methods\": [\"get\", \"post\"]");

        assertThat(TriggerWay.of(function, "api", SampleCalls.exchange("HEAD", "/api/cart", null, "")))
                .isEqualTo(new TriggerWay.NotFound());
        assertThat(TriggerWay.of(function, "api", SampleCalls.exchange("GET", "/api/cart", null, "")))
                .isInstanceOf(TriggerWay.Deliver.class);
    }

    @Test
    void anExchangeCannotReachAQueueFunction() {
        TriggerWay way = TriggerWay.of(
                SampleCalls.triggered("queueTrigger", ""), "api", SampleCalls.exchange("GET", "/", null, ""));

        assertThat(way)
                .isEqualTo(new TriggerWay.Refused(
                        "function order is begun by a queueTrigger, not by HTTP: send it an event"));
    }

    @Test
    void anEventIsPostedToAnHttpFunctionsOwnAddress() {
        TriggerWay way = TriggerWay.of(
                SampleCalls.http(", \"route\": \"carts/{id:int}/{item?}\""),
                "api",
                SampleCalls.event("{}", Map.of("id", "7")));

        assertThat(way).isInstanceOf(TriggerWay.Deliver.class);
        TriggerWay.Deliver deliver = (TriggerWay.Deliver) way;
        assertThat(deliver.params()).isEqualTo(Map.of("id", "7"));
        Call.Exchange posted = (Call.Exchange) deliver.call();
        assertThat(posted.line().method()).isEqualTo("POST");
        assertThat(posted.line().path()).isEqualTo("/api/carts/7");
        assertThat(posted.headers().first("content-type")).isEqualTo("application/json");
    }

    @Test
    void anEventForAFunctionWithoutPostIsRefusedUnlessItIsEmpty() {
        AzureFunction function = SampleCalls.http(", \"methods\": [\"get\"]");

        assertThat(TriggerWay.of(function, "api", SampleCalls.event("{}", Map.of())))
                .isEqualTo(new TriggerWay.Refused(
                        "function cart takes GET only, which carries no event; call it through a route"));
        TriggerWay.Deliver deliver = (TriggerWay.Deliver) TriggerWay.of(function, "", SampleCalls.event("", Map.of()));
        assertThat(((Call.Exchange) deliver.call()).line().target()).isEqualTo("/cart");
    }
}
