// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.resource.Document;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.Limit;
import dev.weft.control.ManifestReader.Source;
import java.util.List;
import java.util.Set;

/** What must hold within a limit, and of the routes that name one. */
final class LimitChecks {
    private static final String GROUP = Document.WEFT_V1ALPHA1.substring(0, Document.WEFT_V1ALPHA1.indexOf('/'));

    private final Set<String> limits;
    private final boolean complete;

    /** Against {@code limits} by name; only if {@code complete} is a name that is not there a mistake. */
    LimitChecks(Set<String> limits, boolean complete) {
        this.limits = limits;
        this.complete = complete;
    }

    /** Notes what does not hold. */
    void check(Source<Limit> source) {
        if (source.findings().sound("spec")) {
            limit(source.document().spec(), "spec", source.findings());
        }
    }

    /** Notes what does not hold of a function's own limits. */
    void checkFunction(Source<Function> source) {
        if (source.findings().sound("spec.limits")) {
            List<Limit.Spec> own = source.document().spec().limits();
            for (int i = 0; i < own.size(); i++) {
                limit(own.get(i), "spec.limits[" + i + ']', source.findings());
            }
        }
    }

    private static void limit(Limit.Spec limit, String path, Findings findings) {
        if (!findings.sound(path)) {
            return;
        }
        boolean told = !findings.sound(path + ".rate") || !findings.sound(path + ".concurrency");
        if (limit.concurrency() == null && limit.rate() == null && !told) {
            findings.wrong(path, null, "limits nothing; give concurrency, rate or both");
        }
        Limit.Key key = limit.key();
        if (key == null || !findings.sound(path + ".key.type") || !findings.sound(path + ".key.name")) {
            return;
        }
        String name = key.name();
        switch (key.type()) {
            case HEADER -> {
                if (name == null) {
                    findings.wrong(path + ".key.name", null, "is required with type header; for example X-Api-Key");
                }
            }
            case CALLER -> {
                if (name != null) {
                    findings.wrong(
                            path + ".key.name", name, "means nothing with type caller; leave it out or say header");
                }
            }
        }
    }

    /** Notes what does not hold of a route's references. */
    void checkRoute(Source<HttpRoute> source) {
        if (!source.findings().sound("spec")) {
            return;
        }
        List<HttpRoute.Rule> rules = source.document().spec().rules();
        for (int i = 0; i < rules.size(); i++) {
            List<HttpRoute.Filter> filters = rules.get(i).filters();
            for (int j = 0; j < filters.size(); j++) {
                String at = "spec.rules[" + i + "].filters[" + j + ']';
                HttpRoute.Filter filter = filters.get(j);
                if (filter.type() == HttpRoute.FilterType.EXTENSION_REF
                        && source.findings().sound(at + ".type")) {
                    reference(filter, at + ".extensionRef", source.findings());
                }
            }
        }
    }

    private void reference(HttpRoute.Filter filter, String path, Findings findings) {
        HttpRoute.ExtensionRef reference = filter.extensionRef();
        if (!findings.sound(path)) {
            return;
        }
        if (reference == null) {
            findings.wrong(
                    path, null, "is required with type ExtensionRef: {group: " + GROUP + ", kind: Limit, name: …}");
            return;
        }
        if (!findings.sound(path + ".group") || !findings.sound(path + ".kind")) {
            return;
        }
        if (!reference.group().equals(GROUP) || !reference.kind().equals("Limit")) {
            findings.wrong(
                    path,
                    reference.group() + '/' + reference.kind(),
                    "only limits can be referred to; a limit is {group: " + GROUP + ", kind: Limit, name: "
                            + reference.name() + '}');
        } else if (complete && findings.sound(path + ".name") && !limits.contains(reference.name())) {
            findings.wrong(
                    path + ".name",
                    reference.name(),
                    "there is no Limit of that name; " + Nearest.hint(reference.name(), limits));
        }
    }
}
