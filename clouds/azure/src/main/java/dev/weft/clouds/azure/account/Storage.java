// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.rest.RestClient;
import java.net.URI;
import tools.jackson.databind.JsonNode;

/** The storage account: its addresses and its first key, as ARM says them. Redacted in every text. */
record Storage(SharedKey key, URI blobs, URI queues, URI tables) {
    /** Names that are never anybody's. Source: RFC 2606, section 2. */
    private static final String NOWHERE = ".invalid";

    static Storage read(Arm arm, AzureOptions options) {
        JsonNode account = arm.get("StorageAccounts_GetProperties", arm.storage(), Arm.STORAGE);
        JsonNode keys = arm.ask("StorageAccounts_ListKeys", arm.storage() + "/listKeys", Arm.STORAGE);
        String key = keys.path("keys").path(0).path("value").asString("");
        JsonNode endpoints = account.path("properties").path("primaryEndpoints");
        if (key.isEmpty() || endpoints.path("blob").asString("").isEmpty()) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    "storage account %s has no keys or no blobs: see spec.account.storageAccount"
                            .formatted(options.storageAccount()),
                    null);
        }
        URI blobs = address(endpoints, "blob");
        if (String.valueOf(blobs.getHost()).endsWith(NOWHERE)) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    ("storage account %s is only a name there: its blobs are at %s, which leads nowhere, so no package can"
                                    + " be put there. Functions that are there already can be called (existing: true)")
                            .formatted(options.storageAccount(), blobs.getHost()),
                    null);
        }
        return new Storage(
                new SharedKey(options.storageAccount(), key),
                blobs,
                address(endpoints, "queue"),
                address(endpoints, "table"));
    }

    private static URI address(JsonNode endpoints, String service) {
        return URI.create(endpoints.path(service).asString("").replaceAll("/+$", ""));
    }

    Packages packages(CloudVendor.Around around, RestClient.Pause pause) {
        return new Packages(key, blobs, around, pause);
    }

    /** What the app's host finds the account by. */
    String connection() {
        String begin = key.account() + ".blob.";
        String host = String.valueOf(blobs.getHost());
        String who = "AccountName=" + key.account() + ";AccountKey=" + key.key();
        if (host.startsWith(begin)) {
            return "DefaultEndpointsProtocol=https;EndpointSuffix=" + host.substring(begin.length()) + ';' + who;
        }
        return "BlobEndpoint=" + blobs + ";QueueEndpoint=" + queues + ";TableEndpoint=" + tables + ';' + who;
    }

    @Override
    public String toString() {
        return "Storage[" + key.account() + ", redacted]";
    }
}
