// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.account;

import dev.weft.api.CloudException;
import dev.weft.api.Sha256;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The OSS bucket by which packages go to Function Compute that are too large for its own requests. Each lies at {@code
 * weft/application/function/hash.zip}: the same package is uploaded once, and nothing else in the bucket is looked at. Function
 * Compute keeps copies of its own. Blocking. Source: OSS's API reference, HeadObject, PutObject, ListObjectsV2, DeleteObject.
 */
public final class OssBucket {
    /** Entry of spec.account with the bucket's name. */
    public static final String BUCKET = "bucket";

    /** Entry of spec.account with another address of the service. */
    public static final String ENDPOINT = "ossEndpoint";

    private static final String TYPE = "application/zip";
    private static final Pattern KEY = Pattern.compile("<Key>([^<]{1,1024})</Key>");
    private static final Pattern OURS = Pattern.compile("[0-9a-f]{64}\\.zip");

    private final RestClient rest;
    private final String name;
    private final String base;

    /** The bucket {@code name} of {@code cloud}'s region, asked by {@code rest}, whose signer is {@link Oss4#signed}. */
    public OssBucket(RestClient rest, Cloud cloud, String name) {
        this.rest = rest;
        this.name = name;
        URI endpoint = URI.create(cloud.spec()
                .account()
                .getOrDefault(ENDPOINT, "https://oss-" + cloud.spec().region() + ".aliyuncs.com"));
        boolean alibabas = String.valueOf(endpoint.getHost()).endsWith(".aliyuncs.com");
        this.base = endpoint.getScheme() + "://"
                + (alibabas ? name + '.' + endpoint.getRawAuthority() : endpoint.getRawAuthority() + '/' + name);
    }

    /** The bucket's name. */
    public String name() {
        return name;
    }

    /** Where the package lies after this; uploads it only if it is not there. */
    public String put(Wanted wanted, byte[] zip) {
        String key = folder(wanted.application(), wanted.name()) + Sha256.hex(zip) + ".zip";
        RestResponse there = rest.find(RestRequest.of("HeadObject", "HEAD", uri(key)));
        if (there == null || !Integer.toString(zip.length).equals(there.header("content-length"))) {
            RestResponse ignored = rest.send(RestRequest.of("PutObject", "PUT", uri(key))
                    .body(TYPE, zip)
                    .header("content-md5", md5(zip))
                    .header(
                            "x-oss-tagging",
                            tag(Ownership.APPLICATION, wanted.application())
                                    + '&'
                                    + tag(Ownership.FUNCTION, wanted.function().name())));
        }
        return key;
    }

    /** Removes the function's packages but the one at {@code kept}; that they can't be is told, and harms nothing. */
    public void tidy(String application, String function, String kept, Progress progress) {
        try {
            List<String> old = keys(folder(application, function));
            old.remove(kept);
            for (String key : old) {
                RestResponse ignored = rest.send(RestRequest.of("DeleteObject", "DELETE", uri(key)));
            }
            if (!old.isEmpty()) {
                progress.did("removed %d old package%s from bucket %s"
                        .formatted(old.size(), old.size() == 1 ? "" : "s", name));
            }
        } catch (CloudException stay) {
            progress.did("old packages stay in bucket " + name + ": " + stay.getMessage());
        }
    }

    /** Whether it may be used at all. */
    public void look() {
        List<String> ignored = keys("weft/");
    }

    /** A page of them: whatever is beyond goes the next time. */
    private List<String> keys(String folder) {
        String query = "?list-type=2&prefix=" + Acs3.encoded(folder);
        String page = rest.send(RestRequest.of("ListObjectsV2", "GET", URI.create(base + '/' + query)))
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

    private static String tag(String name, String value) {
        return Acs3.encoded(name) + '=' + Acs3.encoded(value);
    }

    @SuppressWarnings(
            "InsecureCryptoUsage") // what OSS compares the body with; TLS and the signature keep it from others
    private static String md5(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException broken) {
            throw new IllegalStateException("every JDK has MD5", broken);
        }
    }

    /** Of letters, digits, '-' and '_': what names of applications and functions are made of. */
    static String folder(String application, String function) {
        return "weft/" + application + '/' + function + '/';
    }

    private URI uri(String key) {
        return URI.create(base + '/' + key);
    }
}
