// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.Headers;
import dev.weft.api.Sha256;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Operations;
import dev.weft.api.facade.Said;
import dev.weft.api.facade.Wish;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Blobs of storage accounts, as far as apps' packages go by them: a package is put, looked at, read, listed and deleted. Accounts and
 * containers are only words. Source: Azure Storage REST reference, "Blob service". Pure.
 */
record BlobDesk(FacadeRequest request, Keys keys, Instant now) {
    private static final Pattern PATH = Pattern.compile(AppPackage.BELOW + "([A-Z0-9]{20})/(" + AppPackage.ACCOUNT
            + ")(?:/(" + AppPackage.CONTAINER + ")(?:/.*)?)?/?");
    private static final DateTimeFormatter DATE = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);
    private static final String VERSION = "2022-11-02";

    /** Whose account a path is in. */
    private record Place(String keyId, String account, String container) {}

    /** Whether that is what the path is for. */
    static boolean asked(String path) {
        return PATH.matcher(path).matches();
    }

    Wish wish() {
        String path = request.line().path();
        Matcher parts = PATH.matcher(path);
        Place place = parts.matches()
                ? new Place(parts.group(1), parts.group(2), parts.group(3) == null ? "" : parts.group(3))
                : null;
        AppPackage blob = AppPackage.read(path);
        Map<String, String> query = Operations.query(request.line());
        String action = action(blob, query);
        Key key = place == null ? null : keys.find(place.keyId());
        StorageKey storage = StorageKey.of(key, place == null ? "" : place.account());
        boolean signed = storage.signed(request, now);
        boolean opened = blob != null
                && query != null
                && request.line().method().matches("GET|HEAD")
                && storage.opens(blob.blob(), query, now);
        if (key == null || place == null || !(signed || opened)) {
            return new Wish.Refused(
                    action,
                    place == null ? "" : place.keyId(),
                    false,
                    "no storage key's signature",
                    error(403, "AuthenticationFailed", "the request is not signed by a storage key that is good now"));
        }
        if (!key.may(Key.Role.DEPLOY)) {
            return refused(action, key, error(403, "AuthorizationFailure", "the key may call functions only"));
        }
        Wish.Work work = query == null ? null : work(key, place, blob, query);
        return work == null
                ? refused(
                        action,
                        key,
                        error(
                                501,
                                "NotImplemented",
                                action + " is not done by Weft's façade of Azure Functions: storage accounts keep"
                                        + " packages of apps, NAME.zip, and nothing else"))
                : new Wish.Control(key, action, Said.message(blob == null ? place.container() : blob.blob()), work);
    }

    /** Null where that is not done. */
    private Wish.@Nullable Work work(Key key, Place place, @Nullable AppPackage blob, Map<String, String> query) {
        String namespace = key.namespace();
        boolean container = query.getOrDefault("restype", "").equals("container");
        if (blob == null) {
            boolean listed = query.getOrDefault("comp", "").equals("list");
            return switch (request.line().method()) {
                case "PUT" -> container && !listed && !place.container().isEmpty() ? functions -> empty(201) : null;
                case "GET" -> container && listed ? functions -> list(functions, namespace, place, query) : null;
                default -> null;
            };
        }
        if (query.containsKey("comp") || container) {
            return null;
        }
        return switch (request.line().method()) {
            case "PUT" -> functions -> put(functions, namespace, blob);
            case "GET" -> functions -> get(functions, namespace, blob);
            case "HEAD" -> functions -> head(get(functions, namespace, blob));
            case "DELETE" -> functions -> delete(functions, namespace, blob);
            default -> null;
        };
    }

    private String action(@Nullable AppPackage blob, @Nullable Map<String, String> query) {
        String what = blob == null ? "container" : "blob";
        boolean listed = query != null && query.getOrDefault("comp", "").equals("list");
        return "storage/" + what
                + switch (request.line().method()) {
                    case "GET", "HEAD" -> listed ? "/list" : "/read";
                    case "PUT" -> "/write";
                    case "DELETE" -> "/delete";
                    default -> "/action";
                };
    }

    private FacadeAnswer put(Functions functions, String namespace, AppPackage blob) {
        byte[] zip = request.body();
        if (!"BlockBlob".equals(request.headers().first("x-ms-blob-type"))) {
            return error(400, "InvalidHeaderValue", "x-ms-blob-type must be BlockBlob");
        }
        if (zip.length < 4 || zip[0] != 'P' || zip[1] != 'K') {
            return error(400, "InvalidInput", "the body is no zip file, and nothing but packages of apps is kept");
        }
        Changed.@Nullable Refused refused = functions.stage(namespace, blob.staged(), zip);
        if (refused == null) {
            return described(new FacadeAnswer(201, Headers.none(), new byte[0]), zip, now);
        }
        return switch (refused.reason()) {
            case FULL, BUSY -> error(503, "ServerBusy", refused.message());
            case UNABLE -> error(501, "NotImplemented", refused.message());
            case ABSENT, DECLARED, WRONG, FAILED -> error(500, "InternalError", refused.message());
        };
    }

    private FacadeAnswer get(Functions functions, String namespace, AppPackage blob) {
        byte[] zip = blob.bytes(functions, namespace);
        return zip == null
                ? absent()
                : described(new FacadeAnswer(200, Headers.of("Content-Type", "application/zip"), zip), zip, now);
    }

    private static FacadeAnswer head(FacadeAnswer whole) {
        return new FacadeAnswer(whole.status(), whole.headers(), new byte[0]);
    }

    private static FacadeAnswer described(FacadeAnswer answer, byte[] zip, Instant changed) {
        return answer.with("ETag", '"' + tag(zip) + '"')
                .with("Last-Modified", DATE.format(changed))
                .with("x-ms-blob-type", "BlockBlob")
                .with("x-ms-version", VERSION);
    }

    private static String tag(byte[] zip) {
        return HexFormat.of().formatHex(Sha256.of(zip), 0, 8);
    }

    /** What an app runs stays for as long as it does. */
    private FacadeAnswer delete(Functions functions, String namespace, AppPackage blob) {
        boolean waiting = functions.staged(namespace, blob.staged()) != null;
        functions.unstage(namespace, blob.staged());
        if (blob.app(functions, namespace) != null) {
            return error(409, "BlobImmutableDueToPolicy", "an app runs this package: delete the app first");
        }
        return waiting ? empty(202) : absent();
    }

    /** Packages that apps run; those that wait for one are not told. */
    private FacadeAnswer list(Functions functions, String namespace, Place place, Map<String, String> query) {
        String prefix = query.getOrDefault("prefix", "");
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults"
                + " ContainerName=\"" + place.container() + "\"><Blobs>");
        for (Functions.Served app : functions.list(namespace)) {
            String path = app.env()
                    .getOrDefault(AppPackage.SETTING, "")
                    .replaceFirst("^https?://[^/?]*", "")
                    .replaceFirst("\\?.*", "");
            AppPackage its = AppPackage.read(path);
            if (its != null
                    && its.account().equals(place.account())
                    && its.container().equals(place.container())
                    && its.name().startsWith(prefix)) {
                xml.append("<Blob><Name>")
                        .append(its.name())
                        .append("</Name><Properties><Last-Modified>")
                        .append(DATE.format(app.changed()))
                        .append("</Last-Modified><Etag>")
                        .append(app.code().isEmpty() ? "none" : app.code().substring(0, 16))
                        .append("</Etag><Content-Length>")
                        .append(app.codeBytes())
                        .append("</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>");
            }
        }
        return xml(200, xml.append("</Blobs><NextMarker/></EnumerationResults>").toString());
    }

    private static FacadeAnswer absent() {
        return error(404, "BlobNotFound", "The specified blob does not exist.");
    }

    private static FacadeAnswer empty(int status) {
        return new FacadeAnswer(status, Headers.of("x-ms-version", VERSION), new byte[0]);
    }

    private static FacadeAnswer xml(int status, String text) {
        return new FacadeAnswer(
                status,
                Headers.of("Content-Type", "application/xml", "x-ms-version", VERSION),
                text.getBytes(StandardCharsets.UTF_8));
    }

    /** As Azure's storage says it. Messages hold nothing that XML would have to hide but what is hidden here. */
    static FacadeAnswer error(int status, String code, String message) {
        String words = Said.message(message).replace("&", "&amp;").replace("<", "&lt;");
        return xml(
                        status,
                        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + code + "</Code><Message>" + words
                                + "</Message></Error>")
                .with("x-ms-error-code", code);
    }

    private static Wish refused(String action, Key key, FacadeAnswer answer) {
        return new Wish.Refused(action, key.id(), true, "not done", answer);
    }
}
