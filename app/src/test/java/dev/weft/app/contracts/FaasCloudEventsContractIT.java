// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Call;
import dev.weft.api.Outcome;
import dev.weft.testkit.Caller;
import dev.weft.testkit.SampleFunction;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FaasCloudEventsContractIT extends ContractOnEngine {
    @Override
    protected SampleFunction function(Behaviour behaviour) {
        return function(Faas.code(behaviour));
    }

    private SampleFunction function(String code) {
        Faas.install(under, under.code("greeter", "index.js", code));
        return CloudEventsContractIT.eventFunction(Faas.COMMAND);
    }

    /** It answers at {@code /} only, and here to CloudEvents. */
    @Override
    protected Call.Exchange exchange(String path, byte[] body, String contentType) {
        return CloudEventsContractIT.binary(super.exchange("/", body, contentType));
    }

    /** What it answers is what the caller gets. */
    @Override
    int failingStatus() {
        return 500;
    }

    @Override
    String language(SampleFunction function) {
        return Faas.NAME;
    }

    @Override
    protected boolean oneCallAtATime() {
        return false;
    }

    @Test
    void itsCloudEventIsTheResultWithItsAttributes() {
        Caller.Heard heard = caller().call(
                        place(
                                function(
                                        "module.exports = async (context, event) => context.cloudEventResponse({ id: event.id,"
                                                + " hello: event.data.who }).id('7').source('/greeter').type('greeted').response();\n")),
                        caller().event("{\"who\":\"ada\"}".getBytes(StandardCharsets.UTF_8)));

        assertThat(heard.outcome()).isInstanceOfSatisfying(Outcome.Result.class, result -> {
            assertThat(result.attributes().first("type")).isEqualTo("greeted");
            assertThat(result.attributes().first("source")).isEqualTo("/greeter");
        });
        assertThat(heard.text()).contains("\"hello\":\"ada\"");
    }
}
