// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.RequestLine;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.azure.AzureHost;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * Azure Functions as Azure's clients speak to it: the resource manager's apps, the host that takes their code, their own hosts that
 * are called and asked, and where a token is given. Every other operation is refused by its name.
 */
public final class AzureFacade implements Facade {
    /** Where it listens unless told otherwise. */
    static final int PORT = 8092;

    /** Bytes of a request that is about apps. */
    static final long CONTROL_BYTES_MAX = 1 << 20;

    private static final Pattern ADMIN = Pattern.compile("(/apps/[^/]+)?/admin/");
    private static final String ZIP = "/api/zipdeploy";

    /** There is nothing to set up. */
    public AzureFacade() {}

    @Override
    public String vendor() {
        return "azure";
    }

    @Override
    public int port() {
        return PORT;
    }

    @Override
    public boolean hosts() {
        return true;
    }

    @Override
    public long bodyBytesMax(RequestLine line) {
        String path = line.path();
        if (path.endsWith(ZIP) || BlobDesk.asked(path)) {
            return Kudu.ZIP_BYTES_MAX;
        }
        boolean control = path.startsWith("/subscriptions/")
                || path.startsWith("/scm/")
                || ADMIN.matcher(path).lookingAt();
        return control || Login.asked(path) ? CONTROL_BYTES_MAX : AzureHost.REQUEST_BYTES_MAX;
    }

    @Override
    public Wish read(FacadeRequest request, Keys keys, Instant now) {
        AppUrl app = AppUrl.read(request);
        if (app != null) {
            return app.scm() ? new Kudu(request, app, keys, now).wish() : new AppCall(request, app, keys, now).wish();
        }
        String path = request.line().path();
        if (BlobDesk.asked(path)) {
            return new BlobDesk(request, keys, now).wish();
        }
        if (Login.asked(path)) {
            return Login.wish(request, keys, now);
        }
        if (path.equals("/metadata/endpoints") && request.line().method().equals("GET")) {
            return new Wish.Open(ArmDocuments.ok(ArmCatalog.metadata(request.scheme() + "://" + request.authority())));
        }
        ArmPath asked = ArmPath.read(path);
        String action = asked == null ? "unknown" : asked.action(request.line().method());
        return switch (ArmToken.read(request.headers().all("authorization"), keys, now)) {
            case KeyProof.None(String keyId) ->
                new Wish.Refused(
                        action,
                        keyId,
                        false,
                        "no key with its secret",
                        AzureError.unproved().answer());
            case KeyProof.By(Key key) -> {
                if (asked == null) {
                    AzureError none = new AzureError(404, "NotFound", "there is no such path");
                    yield new Wish.Refused(action, key.id(), true, none.message(), none.answer());
                }
                yield new ArmRequest(request, asked, key, now).wish();
            }
        };
    }

    @Override
    public FacadeAnswer unread(RequestLine line, Unread why) {
        String path = line.path();
        if (BlobDesk.asked(path)) {
            return switch (why) {
                case TOO_LARGE ->
                    BlobDesk.error(413, "RequestBodyTooLarge", "at most " + bodyBytesMax(line) + " bytes are taken");
                case STARTING, BUSY -> BlobDesk.error(503, "ServerBusy", "come back later");
                case BROKEN -> BlobDesk.error(500, "InternalError", "an internal error was encountered");
            };
        }
        if (path.startsWith("/scm/") || path.endsWith(ZIP)) {
            return switch (why) {
                case TOO_LARGE -> Kudu.error(413, "at most " + bodyBytesMax(line) + " bytes are taken");
                case STARTING -> Kudu.error(503, "functions are not deployed yet");
                case BUSY -> Kudu.error(429, "Weft has all the requests it can take; come back later");
                case BROKEN -> Kudu.error(500, "an internal error was encountered; Weft's log says more");
            };
        }
        if (path.startsWith("/apps/") || path.startsWith("/api/")) {
            return switch (why) {
                case TOO_LARGE ->
                    FacadeAnswer.text(413, "Request Entity Too Large: at most " + bodyBytesMax(line) + " bytes", null);
                case STARTING -> FacadeAnswer.text(503, "Function host is not running.", AzureError.SOON);
                case BUSY -> FacadeAnswer.text(429, "Too Many Requests", AzureError.SOON);
                case BROKEN -> FacadeAnswer.text(500, "", null);
            };
        }
        return switch (why) {
            case TOO_LARGE ->
                new AzureError(413, "RequestEntityTooLarge", "at most " + bodyBytesMax(line) + " bytes are taken")
                        .answer();
            case STARTING ->
                new AzureError(503, "ServiceUnavailable", "functions are not deployed yet").answer(AzureError.SOON);
            case BUSY ->
                new AzureError(429, "TooManyRequests", "Weft has all the requests it can take; come back later")
                        .answer(AzureError.SOON);
            case BROKEN ->
                new AzureError(500, "InternalServerError", "an internal error was encountered; Weft's log says more")
                        .answer();
        };
    }
}
