// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.event.Event;
import dev.weft.api.event.Events;
import dev.weft.api.event.Taken;
import dev.weft.api.resource.Function;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a vendor's client wants. */
public sealed interface Wish {
    /** To call a function and wait. */
    sealed interface Called extends Wish {
        /** Whose call it is, and whose namespace's function. */
        Key key();

        /** Its name in Weft. */
        String function();

        /** Writes what came of it. */
        Answering answering();
    }

    /**
     * To call a function with an event and wait.
     *
     * @param key whose call it is, and whose namespace's function
     * @param function its name in Weft
     * @param contentType media type of the payload; null where the client named none
     * @param attributes of the event, names in lower case
     * @param tail whether the client asked for the last lines that the function wrote, and may have them
     */
    record Invoke(
            Key key,
            String function,
            @Nullable String contentType,
            Map<String, String> attributes,
            byte[] payload,
            boolean tail,
            Answering answering)
            implements Called {
        public Invoke {
            attributes = Map.copyOf(attributes);
        }
    }

    /**
     * To be told of a function first: what then is wanted depends on it.
     *
     * @param function its name in Weft
     */
    record Look(Key key, String function, Then then) implements Wish {}

    /** What is wanted of a function that was looked up. Pure. */
    @FunctionalInterface
    interface Then {
        /** Of the function as it is served; null where there is none, or none that the key may know of. */
        Wish of(@Nullable Function function);
    }

    /**
     * To call a function with an HTTP request, as a route does, and wait for its whole answer.
     *
     * @param key whose call it is, and whose namespace's function
     * @param function its name in Weft
     * @param line as the function is to see it
     * @param headers for the function: without what proved who the client is
     */
    record Exchange(Key key, String function, RequestLine line, Headers headers, byte[] body, Answering answering)
            implements Called {}

    /**
     * The same as a call, but what the function answers is passed on as it comes. What is not an answer of the function's own is
     * written as it is for {@code call}, whose log nobody asks for.
     *
     * @param bytesMax of the answer, which breaks off there
     */
    record Passed(Called call, long bytesMax, Passing passing) implements Wish {}

    /**
     * To read or change resources: {@code work} runs on a thread of its own and may block.
     *
     * @param action the vendor's word for it, for the audit trail, for example ListFunctions
     * @param on what it is done to; empty where to no one thing
     */
    record Control(Key key, String action, String on, Work work) implements Wish {}

    /**
     * The same as a call, but waited for only so long: then the client is told where to ask for what came of it. What came of it is kept
     * either way.
     *
     * @param patience how long it is waited for
     * @param late writes the answer to a client that has waited in vain
     */
    record Noted(Invoke call, Duration patience, Late late) implements Wish {}

    /**
     * To call a function with an event, later: the client hears that the event is kept.
     *
     * @param key whose event it is, and whose namespace's function
     * @param function its name in Weft
     * @param contentType media type of the payload; null where the client named none
     * @param attributes of the event, names in lower case
     */
    record Later(
            Key key,
            String function,
            @Nullable String contentType,
            Map<String, String> attributes,
            byte[] payload,
            Taking taking)
            implements Wish {
        public Later {
            attributes = Map.copyOf(attributes);
        }
    }

    /**
     * To read what became of events: {@code work} runs on a thread of its own and may block.
     *
     * @param action the vendor's word for it, for the audit trail
     * @param on what it is about; empty where it is no one thing
     */
    record Ask(Key key, String action, String on, Asking work) implements Wish {}

    /**
     * To be told first of what is kept: what then is wanted depends on it. {@code work} runs on a thread of its own and may block.
     */
    record Consult(Key key, Consulting work) implements Wish {}

    /**
     * To leave events: {@code work} runs on a thread of its own and may block.
     *
     * @param action the vendor's word for it, for the audit trail
     * @param on what it is done to
     */
    record Send(Key key, String action, String on, Sending work) implements Wish {}

    /**
     * To have something performed that is no function, see {@link Performer}, and wait only so long: then the client is told where to ask
     * for what came of it. What came of it is kept either way.
     *
     * @param what the façade's own word, a colon, and what it calls it
     * @param payload a JSON object
     */
    record Perform(Key key, String what, byte[] payload, Duration patience, Answering answering, Late late)
            implements Wish {}

    /** To be told what everybody may know, whoever asks: where to prove oneself, whether somebody is there. */
    record Open(FacadeAnswer answer) implements Wish {}

    /**
     * To be told what changes, for as long as the client listens: {@code work} runs on a thread of its own and may block.
     *
     * @param action the vendor's word for it, for the audit trail
     * @param on what it is about; empty where it is no one thing
     */
    record Watch(Key key, String action, String on, Watching work) implements Wish {}

    /**
     * Nothing that is done: refused, in the vendor's own error shape.
     *
     * @param action the vendor's word for what was wanted, as far as it was understood
     * @param keyId the key that the client named; empty where it named none
     * @param proved whether the client had proved who it is: who has not waits longer with each attempt
     */
    record Refused(String action, String keyId, boolean proved, String why, FacadeAnswer answer) implements Wish {}

    /** Writes what came of a call as the vendor's client expects it. On the call's loop. */
    interface Answering {
        /** The function spoke. */
        FacadeAnswer spoke(Came came);

        /** No cloud answered. */
        FacadeAnswer failed(CloudException why);

        /** There is no such function, or none that the key may know of. */
        FacadeAnswer absent();
    }

    /**
     * What a function said.
     *
     * @param body of a result or a response, whole; empty for every other outcome
     * @param invocation the call's id
     * @param logTail the last lines that it wrote meanwhile, at most {@link Functions#TAIL_BYTES_MAX}; empty unless asked for
     */
    record Came(Outcome outcome, byte[] body, String invocation, String cloud, Duration took, String logTail) {}

    /** Begins an answer that is passed on. On the call's loop. */
    @FunctionalInterface
    interface Passing {
        /**
         * The function has begun to answer.
         *
         * @param outcome a response or a result, but for its body
         * @param body of it: what the façade does not put into its own answer's body it discards
         */
        FacadeStream begun(Outcome outcome, Body body, String invocation);
    }

    /** Writes what a client hears that leaves an event. */
    interface Taking {
        /** It is kept, under this id. */
        FacadeAnswer taken(String id);

        /** It is not. */
        FacadeAnswer refused(Taken.Refused refused);

        /** There is no such function, or none that the key may know of. */
        FacadeAnswer absent();
    }

    /** Writes what a client hears that has waited in vain. */
    @FunctionalInterface
    interface Late {
        /** The call goes on under this id. */
        FacadeAnswer after(String invocation);
    }

    /** What a request does that asks first. */
    @FunctionalInterface
    interface Consulting {
        /** What then is wanted; that may not be to consult again. */
        Wish of(Functions functions) throws InterruptedException;
    }

    /** What a request does that leaves events. */
    @FunctionalInterface
    interface Sending {
        /** The answer; refusals are answers too. */
        FacadeAnswer run(Events events, Functions functions, Event.Origin origin) throws InterruptedException;
    }

    /** What a request does that reads what became of events. */
    @FunctionalInterface
    interface Asking {
        /** The answer; refusals are answers too. */
        FacadeAnswer run(Events events, Functions functions) throws InterruptedException;
    }

    /** What a request does that listens. */
    @FunctionalInterface
    interface Watching {
        /** What is told. Interrupted when the client goes away. */
        Told begin(Functions functions) throws InterruptedException;
    }

    /** What a client that listens is answered. */
    sealed interface Told {
        /** This, and nothing after it. */
        record Whole(FacadeAnswer answer) implements Told {}

        /** What {@code telling} writes, after a head with these fields. */
        record Bits(Headers headers, Telling telling) implements Told {}
    }

    /** Writes to a client that listens; returns when all is told. */
    @FunctionalInterface
    interface Telling {
        /** Each write blocks until the client takes it; an {@link IOException} from {@code out} means that it is gone. */
        void run(OutputStream out) throws IOException, InterruptedException;
    }

    /** What a control request does. */
    @FunctionalInterface
    interface Work {
        /** The answer; refusals are answers too. */
        FacadeAnswer run(Functions functions) throws InterruptedException;
    }
}
