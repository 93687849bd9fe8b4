// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.credentials;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import dev.weft.api.rest.Transport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends what Google's library sends by Weft's own transport: same proxies, same trusted authorities, no second client. */
final class TokenTransport extends HttpTransport {
    private static final String METADATA = "metadata.google.internal";

    private final Transport transport;
    private final @Nullable String metadataHost;

    /**
     * Sends by {@code transport}.
     *
     * @param metadataHost host, and port, in place of the metadata server's; null for its own
     */
    TokenTransport(Transport transport, @Nullable String metadataHost) {
        this.transport = transport;
        this.metadataHost = metadataHost;
    }

    @Override
    protected LowLevelHttpRequest buildRequest(String method, String url) {
        return new Asked(method, URI.create(metadataHost == null ? url : url.replace(METADATA, metadataHost)));
    }

    /** One request, its header fields added one by one. */
    private final class Asked extends LowLevelHttpRequest {
        private final String method;
        private final URI uri;
        private final Map<String, String> headers = new LinkedHashMap<>();

        Asked(String method, URI uri) {
            this.method = method;
            this.uri = uri;
        }

        @Override
        public void addHeader(String name, String value) {
            headers.put(name.toLowerCase(Locale.ROOT), value);
        }

        @Override
        public LowLevelHttpResponse execute() throws IOException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            if (getStreamingContent() != null) {
                getStreamingContent().writeTo(body);
            }
            if (getContentType() != null) {
                headers.put("content-type", getContentType());
            }
            if (getContentEncoding() != null) {
                headers.put("content-encoding", getContentEncoding());
            }
            // compressed answers would be the transport's to unpack
            headers.remove("accept-encoding");
            try {
                return new Answered(transport.send(
                        new RestRequest("GetToken", method, uri, Map.copyOf(headers), body.toByteArray(), true)));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                InterruptedIOException interrupted =
                        new InterruptedIOException("interrupted while waiting for a token");
                interrupted.initCause(stopped);
                throw interrupted;
            }
        }
    }

    /** The answer, whole. */
    private static final class Answered extends LowLevelHttpResponse {
        private final RestResponse answer;
        private final List<Map.Entry<String, String>> headers;

        Answered(RestResponse answer) {
            this.answer = answer;
            this.headers = new ArrayList<>(answer.headers().entrySet());
        }

        @Override
        public InputStream getContent() {
            return new ByteArrayInputStream(answer.body());
        }

        @Override
        public @Nullable String getContentEncoding() {
            return answer.header("content-encoding");
        }

        @Override
        public long getContentLength() {
            return answer.body().length;
        }

        @Override
        public @Nullable String getContentType() {
            return answer.header("content-type");
        }

        @Override
        public String getStatusLine() {
            return "HTTP/1.1 " + answer.status();
        }

        @Override
        public int getStatusCode() {
            return answer.status();
        }

        @Override
        public String getReasonPhrase() {
            return "";
        }

        @Override
        public int getHeaderCount() {
            return headers.size();
        }

        @Override
        public String getHeaderName(int index) {
            return headers.get(index).getKey();
        }

        @Override
        public String getHeaderValue(int index) {
            return headers.get(index).getValue();
        }
    }
}
