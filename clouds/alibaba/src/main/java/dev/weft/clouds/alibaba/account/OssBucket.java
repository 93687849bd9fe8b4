// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.account;

import dev.weft.api.account.Ownership;
import dev.weft.api.account.PackageStore;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The OSS bucket of packages that are too large for Function Compute's own requests. Source: OSS's API reference, HeadObject,
 * PutObject, ListObjectsV2, DeleteObject.
 */
public final class OssBucket implements PackageStore {
    /** Entry of spec.account with the bucket's name. */
    public static final String BUCKET = "bucket";

    /** Entry of spec.account with another address of the service. */
    public static final String ENDPOINT = "ossEndpoint";

    private static final String TYPE = "application/zip";

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

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean has(String key, int bytes) {
        RestResponse there = rest.find(RestRequest.of("HeadObject", "HEAD", uri(key)));
        return there != null && Integer.toString(bytes).equals(there.header("content-length"));
    }

    @Override
    public void upload(String key, Wanted wanted, byte[] zip, byte[] sha256) {
        RestResponse ignored = rest.send(RestRequest.of("PutObject", "PUT", uri(key))
                .body(TYPE, zip)
                .header("content-md5", md5(zip))
                .header(
                        "x-oss-tagging",
                        tag(Ownership.APPLICATION, wanted.application())
                                + '&'
                                + tag(Ownership.FUNCTION, wanted.function().name())));
    }

    @Override
    public String list(String prefix) {
        URI list = URI.create(base + "/?list-type=2&prefix=" + Acs3.encoded(prefix));
        return rest.send(RestRequest.of("ListObjectsV2", "GET", list)).text();
    }

    @Override
    public void delete(String key) {
        RestResponse ignored = rest.send(RestRequest.of("DeleteObject", "DELETE", uri(key)));
    }

    /** Whether it may be used at all. */
    public void look() {
        String ignored = list(ROOT);
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

    private URI uri(String key) {
        return URI.create(base + '/' + key);
    }
}
