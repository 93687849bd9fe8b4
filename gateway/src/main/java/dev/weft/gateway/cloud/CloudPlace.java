// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.cloud;

import dev.weft.api.Call;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Spelling;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import java.util.HashMap;
import java.util.Map;

/** One function on one real cloud, called in that cloud's own protocol. Safe on any loop. */
final class CloudPlace implements Place {
    private final Function function;
    private final CloudAccess.Wanted wanted;
    private final CloudAccess access;
    private final CloudPlaces.Wire wire;
    private final InvokeDialect dialect;

    CloudPlace(Function function, CloudAccess.Wanted wanted, CloudAccess access, CloudPlaces.Wire wire) {
        this.function = function;
        this.wanted = wanted;
        this.access = access;
        this.wire = wire;
        this.dialect = wanted.account().dialect();
    }

    @Override
    public String cloud() {
        return wanted.account().cloud();
    }

    /** What the document says; the cloud itself sheds what is more. */
    @Override
    public int callsMax() {
        int each =
                switch (function.spec().contract()) {
                    case HTTP, CLOUDEVENTS -> function.spec().concurrency();
                    case AWS_LAMBDA, AZURE_FUNCTIONS, GOOGLE_FUNCTIONS, OPENWHISK, FN, ALIBABA_FC -> 1;
                };
        return function.spec().maxInstances() * each;
    }

    @Override
    public Attempt call(Call call, Loop loop, Answers answers) {
        CloudCall calling = new CloudCall(this, call, loop, answers);
        calling.start();
        return calling;
    }

    Function function() {
        return function;
    }

    /** Ours has a tag that says how it takes exchanges; of somebody else's only the document says it. */
    CloudAccess.Ready asWritten(CloudAccess.Ready ready) {
        Function.Spec spec = function.spec();
        if (!spec.existing() || spec.payload() == Function.Payload.MAPPED) {
            return ready;
        }
        InvokeDialect.Target to = ready.target();
        Map<String, String> parts = new HashMap<>(to.parts());
        parts.put(InvokeDialect.Target.PAYLOAD, Spelling.Words.of(spec.payload()));
        return new CloudAccess.Ready(
                new InvokeDialect.Target(to.endpoint(), to.name(), to.region(), parts), ready.credentials());
    }

    CloudAccess.Wanted wanted() {
        return wanted;
    }

    CloudAccess access() {
        return access;
    }

    CloudPlaces.Wire wire() {
        return wire;
    }

    InvokeDialect dialect() {
        return dialect;
    }
}
