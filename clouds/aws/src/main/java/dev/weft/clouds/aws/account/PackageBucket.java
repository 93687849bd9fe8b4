// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.api.Sha256;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Wanted;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import dev.weft.clouds.aws.credentials.SigV4;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The S3 bucket by which packages go to Lambda that are too large for its own requests. Each lies at {@code
 * weft/application/function/hash.zip}: the same package is uploaded once, and nothing else in the bucket is looked at.
 * Blocking. Source: Amazon S3 API reference, HeadObject, PutObject, ListObjectsV2, DeleteObject, HeadBucket.
 */
final class PackageBucket {
    private static final String EMPTY = Sha256.hex(new byte[0]);
    private static final String TYPE = "application/zip";
    private static final Pattern KEY = Pattern.compile("<Key>([^<]{1,1024})</Key>");
    private static final Pattern OURS = Pattern.compile("[0-9a-f]{64}\\.zip");

    private final RestClient rest;
    private final String base;
    private final String name;

    /** The bucket {@code name}, asked by {@code rest} at S3's {@code endpoint}. */
    PackageBucket(RestClient rest, URI endpoint, String name) {
        this.rest = rest;
        this.name = name;
        String plain = endpoint.toString().replaceAll("/+$", "");
        String host = String.valueOf(endpoint.getHost());
        // AWS's own names have the bucket first; a dot in it would not fit their certificate
        boolean first = host.startsWith("s3.") && !name.contains(".");
        this.base = first ? plain.replace("//s3.", "//" + name + ".s3.") : plain + '/' + name;
    }

    String name() {
        return name;
    }

    /** Where the package lies after this; uploads it only if it is not there. */
    String put(Wanted wanted, byte[] zip) {
        byte[] hash = Sha256.of(zip);
        String key =
                folder(wanted.application(), wanted.name()) + HexFormat.of().formatHex(hash) + ".zip";
        RestResponse there = rest.find(signed(RestRequest.of("HeadObject", "HEAD", uri(key)), EMPTY));
        if (there == null || !Integer.toString(zip.length).equals(there.header("content-length"))) {
            RestRequest put = RestRequest.of("PutObject", "PUT", uri(key))
                    .body(TYPE, zip)
                    .header("x-amz-sdk-checksum-algorithm", "SHA256")
                    .header("x-amz-checksum-sha256", Base64.getEncoder().encodeToString(hash))
                    .header(
                            "x-amz-tagging",
                            SigV4.encoded(Ownership.APPLICATION)
                                    + '='
                                    + SigV4.encoded(wanted.application())
                                    + '&'
                                    + SigV4.encoded(Ownership.FUNCTION)
                                    + '='
                                    + SigV4.encoded(wanted.function().name()));
            RestResponse ignored = rest.send(signed(put, HexFormat.of().formatHex(hash)));
        }
        return key;
    }

    /** Removes the function's packages but the one at {@code kept}; says how many. */
    int tidy(String application, String function, String kept) {
        List<String> old = keys(folder(application, function));
        old.remove(kept);
        for (String key : old) {
            RestResponse ignored = rest.send(signed(RestRequest.of("DeleteObject", "DELETE", uri(key)), EMPTY));
        }
        return old.size();
    }

    /** Whether it may be used at all. */
    void look() {
        RestResponse ignored = rest.send(signed(RestRequest.of("HeadBucket", "HEAD", URI.create(base)), EMPTY));
    }

    /** A page of them: whatever is beyond goes the next time. */
    private List<String> keys(String folder) {
        URI list = URI.create(base + "?list-type=2&prefix=" + SigV4.encoded(folder));
        String page = rest.send(signed(RestRequest.of("ListObjectsV2", "GET", list), EMPTY))
                .text();
        List<String> keys = new ArrayList<>();
        Matcher matcher = KEY.matcher(page);
        while (matcher.find()) {
            String key = matcher.group(1);
            if (key.startsWith(folder)
                    && OURS.matcher(key.substring(folder.length())).matches()) {
                keys.add(key);
            }
        }
        return keys;
    }

    private static RestRequest signed(RestRequest request, String hash) {
        return request.header("x-amz-content-sha256", hash);
    }

    /** Of letters, digits, '-' and '_': what names of applications and functions are made of. */
    static String folder(String application, String function) {
        return "weft/" + application + '/' + function + '/';
    }

    private URI uri(String key) {
        return URI.create(base + '/' + key);
    }
}
