// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.RequestLine;
import dev.weft.net.http1.Head;
import dev.weft.net.http1.SyntaxException;
import dev.weft.net.wire.Refusals;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request's head, checked: either a line that may be served, or why it is refused.
 *
 * @param authority what the caller asked for, by the target or the Host field; empty where it named none
 * @param continues whether the caller waits for 100 Continue before it sends the body
 */
record RequestHead(
        RequestLine line,
        String authority,
        boolean continues,
        @Nullable Refusal refusal) {
    /** Header fields of a request; more are refused with 431. */
    static final int FIELDS_MAX = 200;

    /** Why a head is refused. */
    record Refusal(int status, Refusals.Reason why, String reason) {
        static Refusal of(SyntaxException broken, ListenerConfig.Limits limits) {
            return switch (broken.kind()) {
                case LINE_TOO_LONG ->
                    new Refusal(
                            414,
                            Refusals.Reason.LINE_TOO_LONG,
                            "the request line is longer than " + limits.lineBytesMax() + " bytes");
                case HEAD_TOO_LARGE ->
                    new Refusal(
                            431,
                            Refusals.Reason.HEAD_TOO_LARGE,
                            "the header is larger than " + limits.headBytesMax() + " bytes");
                case MALFORMED ->
                    new Refusal(
                            400, Refusals.Reason.MALFORMED, "the request breaks HTTP's rules: " + broken.getMessage());
            };
        }

        static Refusal late(Duration most) {
            return new Refusal(
                    408,
                    Refusals.Reason.HEAD_TIMEOUT,
                    "the request's header did not arrive within " + most.toMillis() + " ms");
        }
    }

    static RequestHead read(Head request, Set<String> allowedHosts) {
        List<String> hosts = request.fields().all("host");
        boolean modern = request.modern();
        if (!modern && !request.old()) {
            return refused(505, "this listener speaks HTTP/1.1 and HTTP/1.0");
        }
        if (request.fields().size() > FIELDS_MAX) {
            return refused(431, "the header has more than " + FIELDS_MAX + " fields");
        }
        if (hosts.size() > 1 || (hosts.isEmpty() && modern)) {
            return refused(400, "a request has exactly one Host field");
        }
        if (request.first().equals("CONNECT")) {
            return refused(501, "CONNECT is not served here");
        }
        String target = request.second();
        String authority = hosts.isEmpty() ? "" : hosts.getFirst();
        if (target.regionMatches(true, 0, "http://", 0, 7) || target.regionMatches(true, 0, "https://", 0, 8)) {
            int from = target.indexOf("//") + 2;
            int slash = target.indexOf('/', from);
            authority = slash < 0 ? target.substring(from) : target.substring(from, slash);
            target = slash < 0 ? "/" : target.substring(slash);
            if (!hosts.isEmpty() && !hosts.getFirst().equalsIgnoreCase(authority)) {
                return refused(400, "the target and the Host field name different hosts");
            }
        } else if (!target.startsWith("/") && !target.equals("*")) {
            return refused(400, "a request's target begins with '/'");
        }
        String expect = request.fields().first("expect");
        boolean continues = expect != null && expect.equalsIgnoreCase("100-continue");
        if (expect != null && !continues) {
            return refused(417, "the only expectation known is 100-continue");
        }
        if (!answersFor(allowedHosts, authority)) {
            return refused(421, "this listener does not answer for that host");
        }
        int mark = target.indexOf('?');
        RequestLine line = mark < 0
                ? new RequestLine(request.first(), withoutFragment(target), null)
                : new RequestLine(
                        request.first(), target.substring(0, mark), withoutFragment(target.substring(mark + 1)));
        return new RequestHead(line, authority, continues, null);
    }

    /** Whether a listener with these {@code allowedHosts} serves that one. */
    static boolean answersFor(Set<String> allowedHosts, String authority) {
        if (allowedHosts.isEmpty()) {
            return true;
        }
        String host = Authority.host(authority);
        return Authority.loopback(host)
                || allowedHosts.contains(host)
                || allowedHosts.stream().anyMatch(each -> each.startsWith(".") && host.endsWith(each));
    }

    private static RequestHead refused(int status, String reason) {
        Refusals.Reason why =
                switch (status) {
                    case 400 -> Refusals.Reason.MALFORMED;
                    case 431 -> Refusals.Reason.HEAD_TOO_LARGE;
                    default -> Refusals.Reason.NOT_SERVED;
                };
        return new RequestHead(new RequestLine("", "/", null), "", false, new Refusal(status, why, reason));
    }

    private static String withoutFragment(String text) {
        int mark = text.indexOf('#');
        return mark < 0 ? text : text.substring(0, mark);
    }
}
