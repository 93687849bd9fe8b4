// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facade;

import dev.weft.api.resource.FacadeListener;
import dev.weft.api.resource.Spelling;
import dev.weft.net.tls.TlsFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where one façade listens.
 *
 * @param vendor the façade's name
 * @param port 0 for a free one
 * @param tls what its clients speak; null for plain HTTP
 */
public record Spot(
        String vendor, String host, int port, @Nullable TlsFiles tls) {
    /**
     * What the command line says of façades.
     *
     * @param ports by the façade's name; empty where documents decide which there are
     * @param host of all that are not named otherwise
     * @param hostSaid whether it goes before what documents say
     * @param tls goes before what documents say; null where the command line has none
     */
    public record Asked(
            Map<String, Integer> ports,
            String host,
            boolean hostSaid,
            @Nullable TlsFiles tls) {
        /** The port of one that is asked for without its port. */
        public static final int UNSAID = -1;

        public Asked {
            ports = Map.copyOf(ports);
        }
    }

    /** Those that {@code asked} and {@code documents} want, in the order of their names. */
    public static List<Spot> of(Asked asked, List<FacadeListener> documents) {
        Map<String, FacadeListener.Spec> said = new TreeMap<>();
        documents.forEach(each -> said.put(Spelling.Words.of(each.spec().type()), each.spec()));
        List<Spot> spots = new ArrayList<>();
        for (String vendor : asked.ports().isEmpty() ? said.keySet() : new TreeMap<>(asked.ports()).keySet()) {
            spots.add(of(vendor, asked, said.get(vendor)));
        }
        return spots;
    }

    private static Spot of(String vendor, Asked asked, FacadeListener.@Nullable Spec said) {
        int port = asked.ports().getOrDefault(vendor, Asked.UNSAID);
        Integer named = said == null ? null : said.port();
        String address = said == null || asked.hostSaid() ? null : said.address();
        TlsFiles own = said == null || said.tls() == null ? null : files(said.tls());
        return new Spot(
                vendor,
                address == null ? asked.host() : address,
                port != Asked.UNSAID ? port : named != null ? named : Facades.port(vendor),
                asked.tls() == null ? own : asked.tls());
    }

    private static TlsFiles files(FacadeListener.Tls tls) {
        String authority = tls.clientAuthority();
        return new TlsFiles(
                tls.certificates().stream()
                        .map(each -> new TlsFiles.Pair(Path.of(each.certificate()), Path.of(each.key())))
                        .toList(),
                authority == null ? null : Path.of(authority));
    }

    /** As a client on this machine writes it, where it really listens on {@code bound}. */
    String url(int bound) {
        boolean here = host.equals("127.0.0.1") || host.equals("0.0.0.0");
        String name = here ? "localhost" : host.contains(":") ? '[' + host + ']' : host;
        return (tls == null ? "http://" : "https://") + name + ':' + bound;
    }
}
