// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.resource.Service;
import dev.weft.control.ManifestReader.Source;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What must hold between the fields of a service. */
final class ServiceChecks {
    private ServiceChecks() {}

    /** Notes what does not hold. */
    static void check(Source<Service> source) {
        Findings findings = source.findings();
        if (!findings.sound("spec.ports")) {
            return;
        }
        List<Service.Port> ports = source.document().spec().ports();
        Set<Integer> numbers = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            String at = "spec.ports[" + i + ']';
            Service.Port port = ports.get(i);
            if (findings.sound(at + ".port") && !numbers.add(port.port())) {
                findings.wrong(at + ".port", Integer.toString(port.port()), "stands here twice; name each port once");
            }
            String name = port.name();
            if (name != null && findings.sound(at + ".name") && !names.add(name)) {
                findings.wrong(at + ".name", name, "stands here twice; give each port its own name");
            }
        }
    }
}
