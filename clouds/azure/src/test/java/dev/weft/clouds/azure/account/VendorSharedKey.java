// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import com.azure.storage.common.StorageSharedKeyCredential;
import java.net.MalformedURLException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes each request's signature again by the vendor's own library; the given one must be the same. */
final class VendorSharedKey implements FakeBlobs.SignatureCheck {
    private final StorageSharedKeyCredential credential;

    VendorSharedKey(String account, String key) {
        this.credential = new StorageSharedKeyCredential(account, key);
    }

    @Override
    public boolean right(FakeAzure.Came request, URI base) {
        try {
            Map<String, String> headers = new LinkedHashMap<>(request.headers());
            String given = headers.remove("authorization");
            String query = request.query().isEmpty() ? "" : '?' + request.query();
            return credential
                    .generateAuthorizationHeader(
                            URI.create(base + request.path() + query).toURL(), request.method(), headers)
                    .equals(given);
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
