// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.Call;
import dev.weft.testkit.SampleFunction;

class FaasHttpContractIT extends ContractOnEngine {
    @Override
    protected SampleFunction function(Behaviour behaviour) {
        Faas.install(under, under.code("greeter", "index.js", Faas.code(behaviour)));
        return SampleFunction.http("greeter", Faas.COMMAND);
    }

    /** It answers at {@code /} only. */
    @Override
    protected Call.Exchange exchange(String path, byte[] body, String contentType) {
        return super.exchange("/", body, contentType);
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
}
