// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.account;

import dev.weft.api.CloudException;
import dev.weft.api.resource.Cloud;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The one request that Weft makes to Simple Log Service: GetLogs, in its compressed form. Blocking. */
public final class SlsApi {
    /** Entry of spec.account with another address of the service. */
    public static final String ENDPOINT = "logsEndpoint";

    /** Entries of one answer: the most that the service gives. */
    public static final int PAGE_ENTRIES = 100;

    /** Bytes of one answer, unpacked. */
    static final int ANSWER_BYTES_MAX = 64 << 20;

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Cloud cloud;
    private final RestClient client;

    /** Sends by {@code client}, whose signer is {@link Sls4#signed}. */
    public SlsApi(Cloud cloud, RestClient client) {
        this.cloud = cloud;
        this.client = client;
    }

    /** A logstore. */
    public record Logstore(String project, String name) {
        @Override
        public String toString() {
            return project + '/' + name;
        }
    }

    /**
     * What is looked for.
     *
     * @param from seconds since 1970, included
     * @param to seconds since 1970, excluded
     * @param offset entries that are left out at the beginning
     */
    public record Query(String topic, long from, long to, int offset, int lines, boolean newestFirst) {}

    /** What was found, and whether the service looked through all of it. */
    public record Found(List<JsonNode> entries, boolean whole) {}

    /** Some entries. */
    public Found logs(Logstore logstore, Query query) {
        String body = JSON.createObjectNode()
                .put("from", query.from())
                .put("fromNs", 0)
                .put("to", query.to())
                .put("toNs", 0)
                .put("topic", query.topic())
                .put("query", "")
                .put("line", query.lines())
                .put("offset", query.offset())
                .put("reverse", query.newestFirst())
                .toString();
        // the type, and a raw size of 0, are what Alibaba's own client says, though the body is JSON
        RestRequest request = RestRequest.of("GetLogs", "POST", uri(logstore))
                .body("application/x-protobuf", body.getBytes(StandardCharsets.UTF_8))
                .header("x-log-bodyrawsize", "0")
                .header("accept-encoding", "deflate")
                .harmlessTwice();
        JsonNode answer = json(client.send(request));
        List<JsonNode> entries = new ArrayList<>();
        answer.path("data").forEach(entries::add);
        return new Found(
                entries, answer.path("meta").path("progress").asString("").equals("Complete"));
    }

    private URI uri(Logstore logstore) {
        URI base = base(cloud);
        if (base == null) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    "logs of cloud " + cloud.name() + " need spec.account." + ENDPOINT
                            + ", the address of Simple Log Service: spec.endpoint is "
                            + cloud.spec().endpoint() + ", which is none of Alibaba's",
                    null);
        }
        return URI.create(base.getScheme() + "://" + logstore.project() + '.' + base.getRawAuthority() + "/logstores/"
                + Acs3.encoded(logstore.name()) + "/logs");
    }

    /** Where the service is; null where the document's own address of Function Compute does not tell. */
    static @Nullable URI base(Cloud cloud) {
        String said = cloud.spec().account().get(ENDPOINT);
        if (said != null) {
            return URI.create(said);
        }
        URI endpoint = cloud.spec().endpoint();
        boolean alibabas = endpoint == null
                || (endpoint.getHost() != null && endpoint.getHost().endsWith(".aliyuncs.com"));
        return alibabas ? URI.create("https://" + cloud.spec().region() + ".log.aliyuncs.com") : null;
    }

    private static JsonNode json(RestResponse answer) {
        String packed = answer.header("x-log-compresstype");
        try {
            if (packed == null || packed.isEmpty()) {
                return JSON.readTree(answer.body());
            }
            if (packed.equals("deflate")) {
                return JSON.readTree(unpacked(answer.body()));
            }
            throw new CloudException(
                    CloudException.Kind.UNKNOWN, "GetLogs was answered packed as " + packed + ", not as asked", null);
        } catch (IOException | JacksonException broken) {
            throw new CloudException(
                    CloudException.Kind.UNKNOWN,
                    "GetLogs was answered with " + answer.status() + " and a body that is no JSON",
                    broken);
        }
    }

    private static byte[] unpacked(byte[] body) throws IOException {
        try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(body))) {
            byte[] all = in.readNBytes(ANSWER_BYTES_MAX + 1);
            if (all.length > ANSWER_BYTES_MAX) {
                throw new CloudException(
                        CloudException.Kind.INVALID,
                        "GetLogs was answered with more than " + ANSWER_BYTES_MAX + " bytes; ask for fewer lines",
                        null);
            }
            return all;
        }
    }
}
