// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The apps' packages in the storage account: blob {@code weft-releases/<app>/<hash>.zip}. A package never changes once it is
 * there; an app runs the one that its setting WEBSITE_RUN_FROM_PACKAGE points to.
 */
final class Packages {
    /** The container of all of them. */
    static final String CONTAINER = "weft-releases";

    /** How long an app's address of its package holds, as the vendor's command line has it. */
    static final Duration ADDRESS_LIFE = Duration.ofDays(3650);

    /** Pages of a list of one app's packages. */
    static final int PAGES_MAX = 50;

    private static final Pattern OURS = Pattern.compile("/" + CONTAINER + "/[^/?]+/([0-9a-f]{40})\\.zip(?:\\?|$)");

    /** A package that is there. */
    record Kept(String hash, @Nullable Instant put) {}

    private final SharedKey key;
    private final URI endpoint;
    private final RestClient rest;
    private final CloudVendor.Around around;

    /**
     * In an account.
     *
     * @param endpoint of its blobs, without a slash at its end
     */
    Packages(SharedKey key, URI endpoint, CloudVendor.Around around, RestClient.Pause pause) {
        this.key = key;
        this.endpoint = endpoint;
        this.around = around;
        this.rest = new RestClient(around.transport(), key::sign, AzureErrors::read, around.clock(), pause);
    }

    /** The hash in the address of a package of ours; null where the address is another's. */
    static @Nullable String hash(@Nullable String address) {
        Matcher ours = OURS.matcher(address == null ? "" : address);
        return ours.find() ? ours.group(1) : null;
    }

    private static String name(String app, String hash) {
        return app + '/' + hash + ".zip";
    }

    private URI uri(String target) {
        return URI.create(endpoint + "/" + CONTAINER + target);
    }

    /** Where an app finds its package; whoever has the address can read it. */
    String address(String app, String hash) {
        String name = name(app, hash);
        Instant end = around.clock().instant().plus(ADDRESS_LIFE);
        return key.readable(uri('/' + name), CONTAINER, name, end);
    }

    boolean has(String app, String hash) {
        return rest.find(RestRequest.of("Get Blob Properties", "HEAD", uri('/' + name(app, hash)))) != null;
    }

    /** Puts it there; the container is made where it is missing. */
    void put(String app, String hash, byte[] bytes) {
        try {
            rest.send(RestRequest.of("Create Container", "PUT", uri("?restype=container")));
        } catch (CloudException failed) {
            if (!(failed.getCause() instanceof dev.weft.api.rest.RestFailure said)
                    || !said.code().equals("ContainerAlreadyExists")) {
                throw failed;
            }
        }
        rest.send(RestRequest.of("Put Blob", "PUT", uri('/' + name(app, hash)))
                .body("application/zip", bytes)
                .header("x-ms-blob-type", "BlockBlob"));
    }

    byte[] get(String app, String hash) {
        return rest.send(RestRequest.of("Get Blob", "GET", uri('/' + name(app, hash))))
                .body();
    }

    void delete(String app, String hash) {
        rest.find(RestRequest.of("Delete Blob", "DELETE", uri('/' + name(app, hash))));
    }

    /** The packages of {@code app}, newest first. */
    List<Kept> list(String app) {
        List<Kept> all = new ArrayList<>();
        String marker = "";
        for (int pages = 0; pages < PAGES_MAX; pages++) {
            String query = "?comp=list&prefix=" + encoded(app + '/') + "&restype=container"
                    + (marker.isEmpty() ? "" : "&marker=" + encoded(marker));
            RestResponse answer = rest.find(RestRequest.of("List Blobs", "GET", uri(query)));
            if (answer == null) {
                return List.of();
            }
            Document page = parsed(answer.body());
            NodeList blobs = page.getElementsByTagName("Blob");
            for (int i = 0; i < blobs.getLength(); i++) {
                if (blobs.item(i) instanceof Element blob) {
                    String hash = hash('/' + CONTAINER + '/' + text(blob, "Name"));
                    if (hash != null) {
                        all.add(new Kept(hash, time(text(blob, "Last-Modified"))));
                    }
                }
            }
            marker = text(page.getDocumentElement(), "NextMarker");
            if (marker.isEmpty()) {
                all.sort(Comparator.comparing((Kept each) -> each.put() == null ? Instant.MIN : each.put())
                        .reversed());
                return all;
            }
        }
        throw new CloudException(
                Kind.INVALID, "app " + app + " has more than " + PAGES_MAX + " pages of packages", null);
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
