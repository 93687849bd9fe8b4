// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facade;

import dev.weft.api.facade.Facade;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which façades the command line asks for. */
public final class FacadeOptions {
    private static final int PORT_MAX = 65_535;

    @Option(
            names = "--facades",
            description =
                    "Answer in every vendor's API that Weft has a façade for, each on a port of its own; their clients"
                            + " need a key of weft key create. Without it those that the documents name (kind: Facade).")
    private boolean all;

    @Option(
            names = "--facade",
            split = ",",
            paramLabel = "NAME[=PORT]",
            description =
                    "Only these, whatever the documents name: aws (8091), azure (8092), google (8093), openwhisk"
                            + " (8094), fn (8095), knative (8096), alibaba (8097), oci (8098), weft (8099); port 0 takes a free one.")
    private List<String> named = List.of();

    /** The port of each façade that is asked for, by its name; {@link Spot.Asked#UNSAID} where none is given. */
    public Map<String, Integer> ports(CommandSpec spec) {
        Map<String, Integer> ports = new TreeMap<>();
        if (all) {
            Facades.all().forEach(each -> ports.put(each.vendor(), Spot.Asked.UNSAID));
        }
        for (String each : named) {
            int equals = each.indexOf('=');
            String name = equals < 0 ? each : each.substring(0, equals);
            Facade facade = Facades.all().stream()
                    .filter(one -> one.vendor().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new ParameterException(
                            spec.commandLine(),
                            "--facade: '" + name + "' is none; there are "
                                    + String.join(
                                            ", ",
                                            Facades.all().stream()
                                                    .map(Facade::vendor)
                                                    .toList())));
            ports.put(facade.vendor(), equals < 0 ? Spot.Asked.UNSAID : port(each.substring(equals + 1), spec));
        }
        return ports;
    }

    private static int port(String text, CommandSpec spec) {
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > PORT_MAX) {
            throw new ParameterException(
                    spec.commandLine(), "--facade: the port must be 0 to " + PORT_MAX + ", got '" + text + "'");
        }
        return Integer.parseInt(text);
    }
}
