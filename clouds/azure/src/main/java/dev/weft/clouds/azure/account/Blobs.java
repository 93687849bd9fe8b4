// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestFailure;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** One container of the storage account, by its key. */
final class Blobs {
    /** Pages of a list. */
    static final int PAGES_MAX = 50;

    /** A blob that is there; its tag changes with each write. */
    record Blob(String name, String tag, @Nullable Instant put) {}

    private final URI endpoint;
    private final String container;
    private final RestClient rest;

    /**
     * In an account.
     *
     * @param endpoint of its blobs, without a slash at its end
     */
    Blobs(SharedKey key, URI endpoint, String container, CloudVendor.Around around, RestClient.Pause pause) {
        this.endpoint = endpoint;
        this.container = container;
        this.rest = new RestClient(around.transport(), key::sign, AzureErrors::read, around.clock(), pause);
    }

    URI uri(String target) {
        return URI.create(endpoint + "/" + container + target);
    }

    /** Makes the container where it is missing. */
    void create() {
        try {
            rest.send(RestRequest.of("Create Container", "PUT", uri("?restype=container")));
        } catch (CloudException failed) {
            if (!(failed.getCause() instanceof RestFailure said) || !said.code().equals("ContainerAlreadyExists")) {
                throw failed;
            }
        }
    }

    /** Takes the container away with all that is in it; absent is fine. */
    void drop() {
        rest.find(RestRequest.of("Delete Container", "DELETE", uri("?restype=container")));
    }

    boolean has(String name) {
        return rest.find(RestRequest.of("Get Blob Properties", "HEAD", uri('/' + name))) != null;
    }

    void put(String name, byte[] bytes) {
        rest.send(RestRequest.of("Put Blob", "PUT", uri('/' + name))
                .body("application/zip", bytes)
                .header("x-ms-blob-type", "BlockBlob"));
    }

    byte[] get(String name) {
        return rest.send(RestRequest.of("Get Blob", "GET", uri('/' + name))).body();
    }

    void delete(String name) {
        rest.find(RestRequest.of("Delete Blob", "DELETE", uri('/' + name)));
    }

    /** Blobs whose names begin with {@code prefix}, in their order; none where there is no container. */
    List<Blob> list(String prefix) {
        List<Blob> all = new ArrayList<>();
        String marker = "";
        for (int pages = 0; pages < PAGES_MAX; pages++) {
            String query = "?comp=list" + (prefix.isEmpty() ? "" : "&prefix=" + encoded(prefix)) + "&restype=container"
                    + (marker.isEmpty() ? "" : "&marker=" + encoded(marker));
            RestResponse answer = rest.find(RestRequest.of("List Blobs", "GET", uri(query)));
            if (answer == null) {
                return List.of();
            }
            Document page = parsed(answer.body());
            NodeList blobs = page.getElementsByTagName("Blob");
            for (int i = 0; i < blobs.getLength(); i++) {
                if (blobs.item(i) instanceof Element blob) {
                    all.add(new Blob(text(blob, "Name"), text(blob, "Etag"), time(text(blob, "Last-Modified"))));
                }
            }
            marker = text(page.getDocumentElement(), "NextMarker");
            if (marker.isEmpty()) {
                return all;
            }
        }
        throw new CloudException(
                Kind.INVALID,
                "container %s has more than %d pages of '%s'".formatted(container, PAGES_MAX, prefix),
                null);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Document parsed(byte[] xml) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            // the service begins its answers with a byte order mark
            int from = xml.length > 3 && xml[0] == (byte) 0xEF ? 3 : 0;
            return factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml, from, xml.length - from));
        } catch (ParserConfigurationException | SAXException | IOException malformed) {
            throw new CloudException(Kind.UNKNOWN, "List Blobs was answered by what is not its XML", malformed);
        }
    }

    private static String text(Element parent, String name) {
        NodeList found = parent.getElementsByTagName(name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
    }

    private static @Nullable Instant time(String text) {
        try {
            return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeException unsaid) {
            return null;
        }
    }
}
