// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.api.Mistake;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The limits of OCI Functions. Pure. Source: OCI documentation, "Functions" and "Tagging Overview". */
final class OciChecks {
    /** The memory sizes there are, in mebibytes. */
    static final List<Long> MEMORY = List.of(128L, 256L, 512L, 1024L, 2048L, 3072L);

    /** Bytes of all names and values of the configuration. */
    static final int CONFIG_BYTES_MAX = 4096;

    static final int TAGS_MAX = 10;
    static final int TAG_NAME_CHARACTERS_MAX = 100;
    static final int TAG_CHARACTERS_MAX = 256;

    private static final String OCIR = "([a-z0-9-]+\\.ocir\\.io|ocir\\.[a-z0-9-]+\\.oci\\.[a-z.]+)/.+";

    private OciChecks() {}

    /** {@code oracles}: whether the endpoint is Oracle's, of whichever realm; another that speaks its API may fetch images from anywhere. */
    static List<Mistake> check(Wanted wanted, Map<String, String> config, boolean oracles) {
        List<Mistake> mistakes = new ArrayList<>();
        Function.Spec spec = wanted.function().spec();
        FnChecks.name(wanted, mistakes);
        if (!MEMORY.contains(spec.memory().mebibytes())) {
            mistakes.add(Mistake.at(
                    "spec.memory",
                    spec.memory().toString(),
                    "OCI gives a function 128Mi, 256Mi, 512Mi, 1Gi, 2Gi or 3Gi"));
        }
        FnChecks.seconds("spec.timeout", spec.timeout(), FnChecks.TIMEOUT_MAX, "OCI", mistakes);
        FnChecks.variables(wanted.env(), mistakes);
        int bytes = config.entrySet().stream()
                .mapToInt(each -> bytes(each.getKey()) + bytes(each.getValue()))
                .sum();
        if (bytes > CONFIG_BYTES_MAX) {
            mistakes.add(Mistake.at(
                    "spec.env",
                    null,
                    "names and values are " + bytes + " bytes together, and OCI keeps at most " + CONFIG_BYTES_MAX));
        }
        tags(wanted.function().metadata().labels(), mistakes);
        String image = Tags.image(wanted);
        if (oracles && !image.matches(OCIR)) {
            mistakes.add(Mistake.at(
                    spec.code().image() == null ? "spec.registry" : "spec.code.image",
                    image,
                    "OCI runs images of its own registry only, for example fra.ocir.io/namespace/shop"));
        }
        return mistakes;
    }

    private static void tags(Map<String, String> labels, List<Mistake> mistakes) {
        if (labels.size() > TAGS_MAX - Tags.OWN) {
            mistakes.add(Mistake.at(
                    "metadata.labels",
                    Integer.toString(labels.size()),
                    "OCI keeps " + TAGS_MAX + " free-form tags of a function and Weft needs " + Tags.OWN + ": at most "
                            + (TAGS_MAX - Tags.OWN) + " labels"));
        }
        labels.forEach((name, value) -> {
            String field = "metadata.labels." + name;
            if (Tags.FREEFORM.reserved(name)) {
                mistakes.add(Mistake.at(field, value, "names that begin with weft- are Weft's"));
            } else if (!name.matches("[!-~&&[^.]]{1," + TAG_NAME_CHARACTERS_MAX + '}')) {
                mistakes.add(Mistake.at(
                        field,
                        value,
                        "a free-form tag's name is of ASCII characters without dots and spaces, at most "
                                + TAG_NAME_CHARACTERS_MAX));
            }
            if (value.length() > TAG_CHARACTERS_MAX) {
                mistakes.add(
                        Mistake.at(field, value, "a free-form tag is at most " + TAG_CHARACTERS_MAX + " characters"));
            }
        });
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
