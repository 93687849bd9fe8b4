// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Performer;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.ibm.OpenWhiskHost;
import dev.weft.clouds.ibm.facade.kept.Kind;
import dev.weft.clouds.ibm.facade.kept.Says;
import java.time.Instant;

/**
 * OpenWhisk's REST API, version 1: calls, what is there to call, which it also makes and changes, and what became of calls. A namespace of a key is one of
 * OpenWhisk; functions are its actions. Source: OpenWhisk's controller.
 */
public final class OpenWhiskFacade implements Facade {
    /** Bytes of a request that puts an action: its code in base64, and some. */
    static final int PUT_BYTES_MAX = 66 << 20;

    /** The façade's word. */
    static final String VENDOR = Kind.VENDOR;

    private static final int PORT = 8094;
    private static final String WEB = "/api/v1/web/";
    private static final String ROUTES = WEB + "whisk.system/apimgmt/";
    private static final String REALM = "Basic realm=\"OpenWhisk secure realm\"";

    @Override
    public String vendor() {
        return VENDOR;
    }

    @Override
    public int port() {
        return PORT;
    }

    @Override
    public long bodyBytesMax(RequestLine line) {
        return line.method().equals("PUT") && Asked.of(line) instanceof Asked.OneAction
                ? PUT_BYTES_MAX
                : OpenWhiskHost.PAYLOAD_BYTES_MAX;
    }

    @Override
    public Performer performer() {
        return new SequencePerformer();
    }

    @Override
    public Wish read(FacadeRequest request, Keys keys, Instant now) {
        Transaction transaction = Transaction.of(request.headers());
        String path = request.line().path();
        if (path.startsWith(WEB) && !path.startsWith(ROUTES)) {
            return WebAction.wish(transaction, request, keys, now);
        }
        Asked asked = Asked.of(request.line());
        return switch (BasicProof.of(request.headers(), keys)) {
            case BasicProof.Proved(Key key) -> new Asking(transaction, asked, key).wish(request, now);
            case BasicProof.Unproved(String keyId, String words) -> {
                FacadeAnswer answer = asked instanceof Asked.NotDone notDone && notDone.open()
                        ? transaction.error(501, Says.notDone(notDone.action(), notDone.instead()))
                        : transaction.error(401, words, Headers.builder().add("www-authenticate", REALM));
                yield new Wish.Refused(asked.action(), keyId, false, words, answer);
            }
        };
    }

    @Override
    public FacadeAnswer unread(RequestLine line, Unread why) {
        Transaction transaction = Transaction.fresh();
        return switch (why) {
            case TOO_LARGE ->
                Asked.of(line) instanceof Asked.NotDone notDone
                        ? transaction.error(501, Says.notDone(notDone.action(), notDone.instead()))
                        : transaction.error(413, Says.tooLarge(bodyBytesMax(line)));
            case STARTING -> transaction.error(503, Says.UNAVAILABLE);
            case BUSY -> transaction.error(429, Says.OVERLOADED);
            case BROKEN -> transaction.error(500, Says.BROKEN);
        };
    }
}
