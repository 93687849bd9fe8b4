// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.RequestLine;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Wish;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The slice of a Kubernetes API server that Knative Serving is, as kubectl and fabric8 speak to it, and the hosts by which its Services are
 * called. A namespace is Weft's; every function is a Service. What is not done is refused in Kubernetes' words. All but the numbers of
 * changes, which {@link Ledger} counts, is pure.
 */
public final class KnativeFacade implements Facade {
    /** Where it listens unless told otherwise. */
    static final int PORT = 8096;

    /** Bytes of a request to a function. */
    static final long CALL_BYTES_MAX = 32L << 20;

    /** Bytes of a request to the API: Kubernetes' own limit. */
    static final int API_BYTES_MAX = 3 << 20;

    private static final Pattern API = Pattern.compile("/(apis?|openapi|version|healthz|livez|readyz)(/.*)?");

    private final Ledger ledger = new Ledger();

    /** There is nothing to set up. */
    public KnativeFacade() {}

    @Override
    public String vendor() {
        return "knative";
    }

    @Override
    public int port() {
        return PORT;
    }

    @Override
    public boolean hosts() {
        return true;
    }

    /** By the line alone a call is not known from another request. */
    @Override
    public long bodyBytesMax(RequestLine line) {
        return CALL_BYTES_MAX;
    }

    @Override
    public Wish read(FacadeRequest request, Keys keys, Instant now) {
        Domain.Called shown = Domain.called(request.authority(), "");
        if (shown != null && !shown.proof().isEmpty()) {
            return HostCall.byProof(request, shown, keys);
        }
        return switch (KubeProof.of(request.headers(), keys)) {
            case KeyProof.None(String keyId) -> {
                boolean host = shown != null;
                yield new Wish.Refused(
                        host ? HostCall.ACTION : "unknown",
                        keyId,
                        false,
                        "no key with its secret",
                        host
                                ? HostAnswering.unproved()
                                : KubeStatus.unauthorized().answer());
            }
            case KeyProof.By(Key key) -> {
                Domain.Called called = Domain.called(request.authority(), key.namespace());
                yield called != null ? HostCall.wish(request, called, key) : api(request, key, now);
            }
        };
    }

    private Wish api(FacadeRequest request, Key key, Instant now) {
        RequestLine line = request.line();
        Map<String, String> query = Asked.query(line);
        String accept = String.join(",", request.headers().all("accept"));
        if (query == null) {
            return refused("unknown", key, KubeStatus.badRequest("the query is not percent-encoded UTF-8"));
        }
        if (request.body().length > API_BYTES_MAX) {
            return refused("unknown", key, KubeStatus.tooLarge(API_BYTES_MAX));
        }
        FacadeAnswer discovered =
                line.method().equals("GET") ? Discovery.answer(withoutSlash(line.path()), accept) : null;
        if (discovered != null) {
            return new Wish.Control(key, "discovery", "", functions -> discovered);
        }
        Asked asked = Asked.of(line, query);
        if (asked == null) {
            Wish secrets = Secrets.wish(request, key, query, now);
            return secrets == null ? refused("unknown", key, KubeStatus.noPath()) : secrets;
        }
        if (!key.may(Key.Role.DEPLOY)) {
            return refused(
                    asked.action(),
                    key,
                    KubeStatus.forbidden(
                            asked.resource(), asked.name(), "the key may call functions only; it needs role deploy"));
        }
        if (!asked.namespace().isEmpty() && !asked.namespace().equals(key.namespace())) {
            return refused(
                    asked.action(),
                    key,
                    KubeStatus.forbidden(
                            asked.resource(),
                            asked.name(),
                            "the key is of the namespace \"" + key.namespace() + "\" and sees no other"));
        }
        Reading reading = new Reading(asked, accept, key.namespace(), Domain.of(request, key), ledger, now);
        try {
            return wish(request, reading, key);
        } catch (Wrong wrong) {
            return refused(asked.action(), key, wrong.status());
        }
    }

    private static String withoutSlash(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static Wish wish(FacadeRequest request, Reading reading, Key key) throws Wrong {
        Asked asked = reading.asked();
        return switch (asked.verb()) {
            case "get" -> new Wish.Control(key, asked.action(), asked.name(), reading::get);
            case "list" -> new Wish.Control(key, asked.action(), "", reading::list);
            case "watch" -> {
                Watching watching = Watching.of(reading);
                boolean socket = request.headers().has("upgrade");
                yield new Wish.Watch(key, asked.action(), "", socket ? functions -> Watching.NO_SOCKET : watching);
            }
            case "create", "update", "patch", "delete" -> {
                if (asked.resource() != Resource.SERVICES) {
                    throw new Wrong(KubeStatus.notAllowed(asked.resource().plural() + " follow from their Service"));
                }
                String type = request.headers().first("content-type");
                yield new Changing(key, reading, type == null ? "" : type.toLowerCase(Locale.ROOT), request.body())
                        .wish();
            }
            default ->
                throw new Wrong(KubeStatus.notAllowed(asked.verb() + " is not done by Weft's façade of Knative"));
        };
    }

    private static Wish refused(String action, Key key, KubeStatus status) {
        return new Wish.Refused(action, key.id(), true, status.message(), status.answer());
    }

    @Override
    public FacadeAnswer unread(RequestLine line, Unread why) {
        if (!API.matcher(line.path()).matches()) {
            return switch (why) {
                case TOO_LARGE -> HostAnswering.words(413, "at most " + CALL_BYTES_MAX + " bytes are taken", "", null);
                case STARTING, BUSY ->
                    HostAnswering.words(503, "pending request queue full", "", Duration.ofSeconds(1));
                case BROKEN -> HostAnswering.words(500, "internal error; Weft's log says more", "", null);
            };
        }
        return switch (why) {
            case TOO_LARGE -> KubeStatus.tooLarge(API_BYTES_MAX).answer();
            case STARTING ->
                KubeStatus.unavailable("functions are not deployed yet").answer();
            case BUSY -> KubeStatus.busy().answer();
            case BROKEN -> KubeStatus.internal().answer();
        };
    }
}
