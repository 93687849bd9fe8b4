// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft.facade;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Operations;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.weft.Wire;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Weft's own API for other Wefts, version 1: functions in the words of their documents, whatever their contract, and calls as they
 * are. What is not done is refused by its name.
 */
public final class WeftFacade implements Facade {
    private static final String ABOUT = "About";
    private static final String CALL = "Call";
    private static final String EVENT = "SendEvent";
    private static final long CONTROL_BYTES_MAX = 1L << 20;
    private static final String CODE = Wire.ROOT + "code/";

    private static final Pattern CALLED = Pattern.compile(Wire.CALL + "([^/]{1,255})(/.*)", Pattern.DOTALL);

    /** A field that holds a key of Weft's, which no function is given. */
    private static final Pattern OURS = Pattern.compile("(?i:bearer) +[A-Z0-9]{20}\\.[A-Za-z0-9]{40} *");

    private static final Operations OPERATIONS = new Operations(Wire.ROOT, """
            GET about About
            GET functions ListFunctions
            GET functions/* GetFunction
            PUT functions/* PutFunction
            DELETE functions/* DeleteFunction
            POST functions/*/annotations AnnotateFunction
            POST functions/*/rollback RollBack
            GET functions/*/versions ListVersions
            DELETE functions/*/versions/* DeleteVersion
            GET functions/*/code GetCode
            GET functions/*/logs GetLogs
            PUT code/* PutCode
            POST event/* SendEvent
            """);

    /** There is nothing to set up. */
    public WeftFacade() {}

    @Override
    public String vendor() {
        return "weft";
    }

    @Override
    public int port() {
        return Wire.PORT;
    }

    @Override
    public long bodyBytesMax(RequestLine line) {
        if (line.path().startsWith(CODE)) {
            return Wire.CODE_BYTES_MAX;
        }
        boolean call = line.path().startsWith(Wire.CALL) || line.path().startsWith(Wire.EVENT);
        return call ? Wire.CALL_BYTES_MAX : CONTROL_BYTES_MAX;
    }

    @Override
    public Wish read(FacadeRequest request, Keys keys, Instant now) {
        List<String> own = request.headers().all(Wire.KEY);
        KeyProof proof = KeyProof.bearer(own.isEmpty() ? request.headers().all("authorization") : own, keys);
        Matcher call = CALLED.matcher(request.line().path());
        Operations.Asked asked = call.matches()
                ? new Operations.Asked(CALL, List.of(call.group(1), call.group(2)))
                : OPERATIONS.find(request.line());
        String action = asked == null ? "unknown" : asked.action();
        return switch (proof) {
            case KeyProof.None(String keyId) ->
                new Wish.Refused(
                        action,
                        keyId,
                        false,
                        "no key with its secret",
                        Refusal.unproved().answer());
            case KeyProof.By(Key key) ->
                asked == null
                        ? refused(
                                action,
                                key,
                                Refusal.notDone(request.line().method()
                                        + ' '
                                        + request.line().path()))
                        : wish(request, asked, key);
        };
    }

    private static Wish wish(FacadeRequest request, Operations.Asked asked, Key key) {
        return switch (asked.action()) {
            case CALL -> call(request, asked, key);
            case EVENT -> event(request, asked.on(), key);
            case ABOUT -> new Wish.Control(key, ABOUT, "", _ -> Showing.about(key));
            default -> {
                if (!key.may(Key.Role.DEPLOY)) {
                    yield refused(asked.action(), key, Refusal.role(asked.action()));
                }
                Map<String, String> query = Operations.query(request.line());
                yield query == null
                        ? refused(asked.action(), key, Refusal.wrong("the query is not percent-encoded UTF-8"))
                        : control(request, asked, key, query);
            }
        };
    }

    private static Wish control(FacadeRequest request, Operations.Asked asked, Key key, Map<String, String> query) {
        try {
            Wish.Work work = new Changing(key.namespace(), request.body()).work(asked);
            return new Wish.Control(
                    key,
                    asked.action(),
                    asked.on(),
                    work == null ? new Showing(key.namespace(), query).work(asked) : work);
        } catch (Wrong wrong) {
            return refused(asked.action(), key, wrong.refusal());
        }
    }

    private static Wish call(FacadeRequest request, Operations.Asked asked, Key key) {
        String function = asked.on();
        CallAnswering answering = new CallAnswering(function);
        RequestLine line = new RequestLine(
                request.line().method(), asked.names().getLast(), request.line().query());
        Wish.Exchange call =
                new Wish.Exchange(key, function, line, fields(request.headers()), request.body(), answering);
        return new Wish.Passed(call, Wire.ANSWER_BYTES_MAX, answering);
    }

    /** For the function: the host that its caller asked for, and nothing that proves who the other Weft is. */
    private static Headers fields(Headers headers) {
        Headers.Builder fields = Headers.builder();
        headers.forEach((name, value) -> {
            boolean key = name.equalsIgnoreCase(Wire.KEY)
                    || (name.equalsIgnoreCase("authorization")
                            && OURS.matcher(value).matches());
            if (!key) {
                fields.add(name, value);
            }
        });
        String host = headers.first(Wire.HOST);
        return host == null ? fields.build() : fields.set("host", host).build();
    }

    private static Wish event(FacadeRequest request, String function, Key key) {
        Map<String, String> attributes = Wire.attributes(request.headers().first(Wire.ATTRIBUTES));
        if (attributes == null) {
            return refused(EVENT, key, Refusal.wrong(Wire.ATTRIBUTES + " must be base64url of a JSON object of texts"));
        }
        CallAnswering answering = new CallAnswering(function);
        String type = request.headers().first("content-type");
        Wish.Invoke call = new Wish.Invoke(key, function, type, attributes, request.body(), false, answering);
        return new Wish.Passed(call, Wire.ANSWER_BYTES_MAX, answering);
    }

    private static Wish refused(String action, Key key, Refusal refusal) {
        return new Wish.Refused(action, key.id(), true, refusal.message(), refusal.answer());
    }

    @Override
    public FacadeAnswer unread(RequestLine line, Unread why) {
        return Refusal.unread(bodyBytesMax(line), why).answer();
    }
}
