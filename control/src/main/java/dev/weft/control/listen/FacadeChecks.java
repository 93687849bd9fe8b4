// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.listen;

import dev.weft.api.resource.FacadeListener;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.Spelling;
import dev.weft.control.placement.PlacementChecks.Notes;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What must hold of façades and between them. For one reading. */
public final class FacadeChecks {
    private static final String TYPE = "spec.type";
    private static final String PORT = "spec.port";
    private static final String TLS = "spec.tls";

    private final Map<FacadeListener.Type, String> names = new EnumMap<>(FacadeListener.Type.class);
    private final Map<Integer, String> ports = new HashMap<>();

    /** Notes what does not hold of {@code facade}, whose document is in {@code folder}, and of it and those before. */
    public void check(FacadeListener facade, Path folder, Notes notes) {
        if (!notes.sound("spec") || !notes.sound("metadata.name")) {
            return;
        }
        String namespace = facade.metadata().namespace();
        if (notes.sound("metadata.namespace") && !namespace.equals(Metadata.DEFAULT_NAMESPACE)) {
            notes.wrong(
                    "metadata.namespace",
                    namespace,
                    "façades answer for all namespaces, as a client's key says; leave it out");
        }
        if (notes.sound(TYPE)) {
            String other = names.putIfAbsent(facade.spec().type(), facade.name());
            if (other != null) {
                notes.wrong(
                        TYPE,
                        Spelling.Words.of(facade.spec().type()),
                        "Facade " + other + " is of this type; there can be one of each");
            }
        }
        Integer port = facade.spec().port();
        if (port != null && port != 0 && notes.sound(PORT)) {
            String other = ports.putIfAbsent(port, facade.name());
            if (other != null) {
                notes.wrong(PORT, port.toString(), "Facade " + other + " has this port; each needs one of its own");
            }
        }
        FacadeListener.Tls tls = facade.spec().tls();
        if (tls != null && notes.sound(TLS)) {
            files(tls, folder, notes);
        }
    }

    private static void files(FacadeListener.Tls tls, Path folder, Notes notes) {
        for (int i = 0; i < tls.certificates().size(); i++) {
            String at = TLS + ".certificates[" + i + ']';
            if (notes.sound(at)) {
                FacadeListener.Pair pair = tls.certificates().get(i);
                file(at + ".certificate", pair.certificate(), folder, notes);
                file(at + ".key", pair.key(), folder, notes);
            }
        }
        file(TLS + ".clientAuthority", tls.clientAuthority(), folder, notes);
    }

    private static void file(String field, @Nullable String file, Path folder, Notes notes) {
        if (file == null || !notes.sound(field)) {
            return;
        }
        try {
            if (!Files.isRegularFile(folder.resolve(file))) {
                notes.wrong(field, file, "there is no such file; name a PEM file, from this document's folder");
            }
        } catch (InvalidPathException noName) {
            notes.wrong(field, file, "is no name of a file; name a PEM file, from this document's folder");
        }
    }
}
