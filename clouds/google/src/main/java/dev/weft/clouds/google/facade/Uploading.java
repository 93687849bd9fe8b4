// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Operations;
import dev.weft.api.facade.Wish;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where clients put a function's code before they make the function: a URL that is signed by the key of who asked for it, good for
 * half an hour and one object, as GenerateUploadUrl gives one for Cloud Storage. Pure.
 */
final class Uploading {
    /** What every such path begins with. */
    static final String BELOW = "/upload/";

    /** The bucket that such objects are said to be in. */
    static final String BUCKET = "weft-uploads";

    /** How the code of a function that is there is called. */
    static final String DEPLOYED = "/function-source.zip";

    /** Bytes of a zip file; Google's own limit. */
    static final long ZIP_BYTES_MAX = 100L << 20;

    /** How long a URL is good. */
    static final Duration GOOD_FOR = Duration.ofMinutes(30);

    private static final String ACTION = "UploadSource";
    private static final Pattern OBJECT = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.zip");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");

    private Uploading() {}

    /** What GenerateUploadUrl answers. */
    static FacadeAnswer url(Key key, String base, boolean first, Instant now) {
        String object = UUID.randomUUID() + ".zip";
        long expires = now.plus(GOOD_FOR).getEpochSecond();
        String url = base + BELOW + object + "?GoogleAccessId=" + key.id() + "&Expires=" + expires + "&Signature="
                + signature(key.secret(), key.namespace(), object, expires);
        ObjectNode answer = JsonMapper.shared().createObjectNode();
        if (first) {
            answer.put("uploadUrl", url);
        } else {
            answer.put("uploadUrl", url)
                    .putObject("storageSource")
                    .put("bucket", BUCKET)
                    .put("object", object);
        }
        return GoogleDocuments.answer(answer);
    }

    /** The object of such a URL. */
    static String object(String url) throws Wrong {
        int from = url.indexOf(BELOW);
        int to = url.indexOf('?');
        String object = from < 0 ? "" : url.substring(from + BELOW.length(), to < from ? url.length() : to);
        if (!OBJECT.matcher(object).matches()) {
            throw Wrong.invalid("sourceUploadUrl is none that GenerateUploadUrl gave");
        }
        return object;
    }

    private static String signature(String secret, String namespace, String object, long expires) {
        return CallUrl.mac(secret, "weft upload\n" + namespace + '\n' + object + '\n' + expires);
    }

    static Wish wish(FacadeRequest request, Keys keys, Instant now) {
        String object = request.line().path().substring(BELOW.length());
        Map<String, String> query = Operations.query(request.line());
        String id = query == null ? "" : query.getOrDefault("GoogleAccessId", "");
        String said = query == null ? "" : query.getOrDefault("Expires", "");
        long expires = SECONDS.matcher(said).matches() ? Long.parseLong(said) : 0;
        Key key = keys.find(id);
        String expected = key == null
                ? signature(KeyProof.NOBODYS, "", object, expires)
                : signature(key.secret(), key.namespace(), object, expires);
        boolean same = KeyProof.same(expected, query == null ? "" : query.getOrDefault("Signature", ""));
        if (key == null || !same || !OBJECT.matcher(object).matches()) {
            return refused(id, false, 403, "SignatureDoesNotMatch", "the URL is not signed by a key of Weft's");
        }
        if (now.getEpochSecond() > expires) {
            return refused(id, true, 400, "ExpiredToken", "the URL was good until " + Instant.ofEpochSecond(expires));
        }
        if (!request.line().method().equals("PUT") || !key.may(Key.Role.DEPLOY)) {
            return refused(id, true, 403, "AccessDenied", "the URL takes a PUT of who may deploy");
        }
        byte[] zip = request.body();
        if (zip.length < 4 || zip[0] != 'P' || zip[1] != 'K') {
            return refused(id, true, 400, "InvalidArgument", "the body is no zip file");
        }
        return new Wish.Control(key, ACTION, object, functions -> {
            Changed.Refused full = functions.stage(key.namespace(), object, zip);
            if (full == null) {
                return new FacadeAnswer(200, Headers.none(), new byte[0]);
            }
            return full.reason() == Changed.Reason.UNABLE
                    ? error(501, "NotImplemented", full.message())
                    : error(503, "SlowDown", full.message());
        });
    }

    private static Wish refused(String id, boolean proved, int status, String code, String message) {
        return new Wish.Refused(ACTION, id, proved, message, error(status, code, message));
    }

    /** As Cloud Storage says it. */
    static FacadeAnswer error(int status, String code, String message) {
        String text = "<?xml version='1.0' encoding='UTF-8'?><Error><Code>" + code + "</Code><Message>"
                + message.replace("&", "&amp;").replace("<", "&lt;") + "</Message></Error>";
        return new FacadeAnswer(
                status,
                Headers.of("Content-Type", "application/xml; charset=UTF-8"),
                text.getBytes(StandardCharsets.UTF_8));
    }
}
