// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.spi.ContractHost;
import dev.weft.app.home.Home;
import dev.weft.clouds.alibaba.AlibabaHost;
import dev.weft.clouds.aws.LambdaHost;
import dev.weft.clouds.azure.AzureHost;
import dev.weft.clouds.google.GoogleHost;
import dev.weft.clouds.ibm.OpenWhiskHost;
import dev.weft.clouds.oracle.FnHost;
import dev.weft.engine.http.CloudEventsHost;
import dev.weft.engine.http.HttpHost;
import dev.weft.engine.tools.FetchedLibraries;
import dev.weft.engine.tools.InstalledLanguages;
import dev.weft.net.Loops;
import dev.weft.net.Upstreams;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/** Every contract that runs here. */
public final class Hosts implements AutoCloseable {
    private final List<ContractHost> all;

    private Hosts(List<ContractHost> all) {
        this.all = all;
    }

    /** What hosts work with here: the languages of this machine, libraries kept in {@code home}; what takes long is told {@code say}. */
    static ContractHost.Tools tools(Home home, Home.Run run, Consumer<String> say, InstantSource clock) {
        return new ContractHost.Tools(
                new InstalledLanguages(),
                new FetchedLibraries(home.folder(), say),
                run.folder().resolve("hosts"),
                clock);
    }

    /** Opens every host; functions live on the network of {@code upstreams}. */
    public static Hosts open(Loops loops, Upstreams upstreams, ContractHost.Tools tools) {
        return new Hosts(List.of(
                new HttpHost(upstreams),
                new CloudEventsHost(upstreams, tools.clock()),
                LambdaHost.open(loops, upstreams.space(), tools),
                new GoogleHost(upstreams, tools),
                new FnHost(upstreams, tools),
                new OpenWhiskHost(upstreams, tools),
                new AzureHost(upstreams, tools),
                new AlibabaHost(upstreams, tools)));
    }

    /** One of each contract. */
    public List<ContractHost> all() {
        return all;
    }

    @Override
    public void close() {
        all.forEach(ContractHost::close);
    }
}
