// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.spi;

import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.resource.Function;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Puts functions on one cloud and takes them off again. Blocking, on virtual threads; safe for use by many at once.
 * Every method may throw {@link CloudException}. The cloud itself is the truth: nothing is remembered here.
 */
public interface FunctionCloud {
    /** The cloud's name. */
    String name();

    /** What Weft deployed there, of every application. */
    List<Deployed> list();

    /** Creates the function or changes what is there to match; returns once it can be called. Doing it twice changes nothing. */
    Deployed deploy(Deployment deployment);

    /** Removes it; absent is fine. Never touches what Weft does not own. */
    void delete(String function);

    /**
     * What to put there.
     *
     * @param code the folder on this machine
     * @param env values with every reference already resolved; redacted in every text
     */
    record Deployment(Function function, Path code, Map<String, String> env) {
        public Deployment {
            env = Map.copyOf(env);
        }

        @Override
        public String toString() {
            return "Deployment[" + function.name() + ", env redacted]";
        }
    }

    /**
     * What is there.
     *
     * @param hash of code and configuration, as tagged on the cloud
     */
    record Deployed(String function, String hash) {}

    /** Clouds whose logs can be read. */
    interface WithLogs {
        /** The newest {@code linesMax} lines, oldest first. */
        List<LogLine> logs(String function, int linesMax);

        /** Hands over every new line until closed. The listener must not block for long: lines are dropped, and counted, rather than kept without limit. */
        Following follow(String function, java.util.function.Consumer<LogLine> listener);

        /** Lines being followed. */
        interface Following extends AutoCloseable {
            @Override
            void close();
        }
    }

    /** Clouds whose functions this process can call without a dialect: stand-ins. */
    interface WithPlaces {
        /** The function here, also one that is not deployed yet: calling it then says ABSENT. */
        Place place(String function);
    }
}
