// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.Headers;
import dev.weft.api.Sha256;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.RequestIds;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Open;
import dev.weft.clouds.oracle.account.OciImage;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Weft's functions as documents of OCI Functions. What Weft does not know is left out; so are variables of functions that no
 * client made, and versions of others.
 *
 * @param base scheme and authority by which the client came
 * @param namespace whose functions: the one application
 */
record OciDocuments(String base, String namespace) {
    private static final int ETAG_LENGTH = 32;
    private static final JsonMapper JSON = JsonMapper.shared();

    FacadeAnswer applications(OciPage page) {
        boolean there = page.takes(namespace, Ocids.application(namespace));
        return listed(there ? List.of(application()) : List.of(), null);
    }

    FacadeAnswer application(String id) {
        return id.equals(Ocids.application(namespace))
                ? answer(application(), "application")
                : OciRefusal.absent().answer();
    }

    private ObjectNode application() {
        ObjectNode document = JSON.createObjectNode()
                .put("id", Ocids.application(namespace))
                .put("displayName", namespace)
                .put("compartmentId", OciIdentity.tenancy(namespace))
                .put("lifecycleState", "ACTIVE");
        document.putArray("subnetIds");
        document.putObject("freeformTags");
        document.putObject("definedTags");
        return document;
    }

    FacadeAnswer functions(Functions functions, OciPage page) {
        List<Served> left = functions.list(namespace).stream()
                .filter(each -> page.takes(
                        each.shownName(),
                        Ocids.function(namespace, each.function().metadata().name())))
                .filter(each -> page.follows(each.shownName()))
                .sorted((one, other) -> page.order(one.shownName(), other.shownName()))
                .limit(page.limit() + 1L)
                .toList();
        List<ObjectNode> shown =
                left.stream().limit(page.limit()).map(this::document).toList();
        shown.forEach(each -> each.remove("config")); // a summary has none
        return listed(
                shown,
                left.size() > page.limit()
                        ? OciPage.token(left.get(page.limit() - 1).shownName())
                        : null);
    }

    FacadeAnswer function(Functions functions, String name) {
        Served served = find(functions, name);
        return served == null ? OciRefusal.absent().answer() : shown(served);
    }

    private @Nullable Served find(Functions functions, String name) {
        Served served = functions.find(namespace, name);
        return served == null || served.function().metadata().annotations().containsKey(Draft.VERSION_OF)
                ? null
                : served;
    }

    /** Makes one. */
    FacadeAnswer create(Functions functions, Draft draft) throws InterruptedException {
        FacadeAnswer already =
                new OciRefusal(409, "Conflict", "there is a function of that name: " + draft.name()).answer();
        return functions.find(namespace, draft.name()) != null
                ? already
                : told(
                        functions.put(
                                namespace,
                                draft.name(),
                                before -> before == null ? new Edited.Put(draft, null) : new Edited.Leave(already)),
                        this::shown);
    }

    /**
     * Changes one.
     *
     * @param match what its etag must be; null for any
     */
    FacadeAnswer update(Functions functions, String name, OciPut update, @Nullable String match)
            throws InterruptedException {
        return told(
                functions.put(namespace, name, before -> {
                    FacadeAnswer other = other(functions, name, match);
                    if (before == null || other != null) {
                        return new Edited.Leave(
                                other == null ? OciRefusal.absent().answer() : other);
                    }
                    try {
                        return new Edited.Put(update.changed(before), null);
                    } catch (OciRefusal.Wrong wrong) {
                        return new Edited.Leave(wrong.refusal().answer());
                    }
                }),
                this::shown);
    }

    /** Deletes one; between looking at its etag and that it may still be changed. */
    FacadeAnswer delete(Functions functions, String name, @Nullable String match) throws InterruptedException {
        FacadeAnswer other = other(functions, name, match);
        return other != null ? other : told(functions.delete(namespace, name), _ -> nothing(204));
    }

    /** What is said where there is no such function, or it is not as the client knows it; null where it is. */
    private @Nullable FacadeAnswer other(Functions functions, String name, @Nullable String match) {
        Served served = find(functions, name);
        if (served == null) {
            return OciRefusal.absent().answer();
        }
        return match == null || match.equals("*") || match.equals(etag(document(served), served.code()))
                ? null
                : new OciRefusal(412, "NoEtagMatch", "if-match is not the function's etag: it was changed meanwhile")
                        .answer();
    }

    private static FacadeAnswer told(Changed changed, java.util.function.Function<Served, FacadeAnswer> done) {
        return switch (changed) {
            case Changed.Done(Served now) -> done.apply(now);
            case Changed.Left(FacadeAnswer answer) -> answer;
            case Changed.Refused refused -> OciRefusal.of(refused).answer();
        };
    }

    private FacadeAnswer shown(Served served) {
        return answer(document(served), served.code());
    }

    private ObjectNode document(Served served) {
        Function function = served.function();
        Function.Spec spec = function.spec();
        ObjectNode document = JSON.createObjectNode()
                .put("id", Ocids.function(namespace, function.metadata().name()))
                .put("displayName", served.shownName())
                .put("lifecycleState", "ACTIVE")
                .put("applicationId", Ocids.application(namespace))
                .put("compartmentId", OciIdentity.tenancy(namespace));
        String image = spec.code().image();
        if (image != null) {
            OciImage.of(image).write(document);
        }
        if (!spec.open().contains(Open.MEMORY)) {
            document.put("memoryInMBs", spec.memory().mebibytes());
        }
        document.put(
                "timeoutInSeconds", Math.max(1, spec.timeout().plusMillis(999).toSeconds()));
        ObjectNode config = document.putObject("config");
        served.env().forEach(config::put);
        ObjectNode tags = document.putObject("freeformTags");
        new TreeMap<>(function.metadata().labels()).forEach((name, value) -> {
            if (!name.startsWith("weft.dev/")) {
                tags.put(name, value);
            }
        });
        document.putObject("definedTags");
        return document.put("invokeEndpoint", base)
                .put(
                        "timeUpdated",
                        served.changed().truncatedTo(ChronoUnit.MILLIS).toString());
    }

    /** The same for as long as neither it nor its code changes. */
    private static String etag(ObjectNode document, String code) {
        ObjectNode same = document.deepCopy();
        same.remove(List.of("invokeEndpoint", "timeUpdated"));
        byte[] all = (same + code).getBytes(StandardCharsets.UTF_8);
        return Sha256.hex(all).substring(0, ETAG_LENGTH);
    }

    private static FacadeAnswer answer(ObjectNode document, String code) {
        return new FacadeAnswer(
                200, fields().add("etag", etag(document, code)).build(), JSON.writeValueAsBytes(document));
    }

    private static FacadeAnswer listed(List<ObjectNode> items, @Nullable String next) {
        Headers.Builder fields = fields();
        if (next != null) {
            fields.add("opc-next-page", next);
        }
        return new FacadeAnswer(200, fields.build(), JSON.writeValueAsBytes(items));
    }

    private static Headers.Builder fields() {
        return Headers.builder().add("Content-Type", "application/json").add(OciRefusal.REQUEST_ID, RequestIds.next());
    }

    static FacadeAnswer nothing(int status) {
        return new FacadeAnswer(status, Headers.of(OciRefusal.REQUEST_ID, RequestIds.next()), new byte[0]);
    }
}
