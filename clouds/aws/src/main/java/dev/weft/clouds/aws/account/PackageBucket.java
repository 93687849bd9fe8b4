// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.api.Sha256;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.PackageStore;
import dev.weft.api.account.Wanted;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import dev.weft.clouds.aws.credentials.SigV4;
import java.net.URI;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The S3 bucket of packages that are too large for Lambda's own requests. Source: Amazon S3 API reference, HeadObject, PutObject,
 * ListObjectsV2, DeleteObject, HeadBucket.
 */
final class PackageBucket implements PackageStore {
    private static final String EMPTY = Sha256.hex(new byte[0]);
    private static final String TYPE = "application/zip";

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

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean has(String key, int bytes) {
        RestResponse there = rest.find(signed(RestRequest.of("HeadObject", "HEAD", uri(key)), EMPTY));
        return there != null && Integer.toString(bytes).equals(there.header("content-length"));
    }

    @Override
    public void upload(String key, Wanted wanted, byte[] zip, byte[] sha256) {
        RestRequest put = RestRequest.of("PutObject", "PUT", uri(key))
                .body(TYPE, zip)
                .header("x-amz-sdk-checksum-algorithm", "SHA256")
                .header("x-amz-checksum-sha256", Base64.getEncoder().encodeToString(sha256))
                .header(
                        "x-amz-tagging",
                        SigV4.encoded(Ownership.APPLICATION)
                                + '='
                                + SigV4.encoded(wanted.application())
                                + '&'
                                + SigV4.encoded(Ownership.FUNCTION)
                                + '='
                                + SigV4.encoded(wanted.function().name()));
        RestResponse ignored = rest.send(signed(put, HexFormat.of().formatHex(sha256)));
    }

    @Override
    public String list(String prefix) {
        URI list = URI.create(base + "?list-type=2&prefix=" + SigV4.encoded(prefix));
        return rest.send(signed(RestRequest.of("ListObjectsV2", "GET", list), EMPTY))
                .text();
    }

    @Override
    public void delete(String key) {
        RestResponse ignored = rest.send(signed(RestRequest.of("DeleteObject", "DELETE", uri(key)), EMPTY));
    }

    /** Whether it may be used at all. */
    void look() {
        RestResponse ignored = rest.send(signed(RestRequest.of("HeadBucket", "HEAD", URI.create(base)), EMPTY));
    }

    private static RestRequest signed(RestRequest request, String hash) {
        return request.header("x-amz-content-sha256", hash);
    }

    private URI uri(String key) {
        return URI.create(base + '/' + key);
    }
}
