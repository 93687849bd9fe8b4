// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.worker;

import java.io.PrintStream;
import java.util.Locale;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** A function's logger: each message a line of the process's output, from the app's level on. */
final class FunctionLog {
    private final Logger logger;

    /** With Azure's name of the least level that is written. */
    FunctionLog(String function, String least) {
        logger = Logger.getLogger("Function." + function);
        logger.setUseParentHandlers(false);
        Level level = level(least);
        logger.setLevel(level);
        logger.addHandler(new Lines());
    }

    Logger logger() {
        return logger;
    }

    private static Level level(String azure) {
        return switch (azure.toLowerCase(Locale.ROOT)) {
            case "trace" -> Level.ALL;
            case "debug" -> Level.FINE;
            case "warning" -> Level.WARNING;
            case "error", "critical" -> Level.SEVERE;
            case "none" -> Level.OFF;
            default -> Level.INFO;
        };
    }

    private static final class Lines extends Handler {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord line) {
            PrintStream to = line.getLevel().intValue() >= Level.WARNING.intValue() ? System.err : System.out;
            to.println(formatter.formatMessage(line));
            if (line.getThrown() != null) {
                line.getThrown().printStackTrace(to);
            }
        }

        @Override
        public void flush() {
            System.out.flush();
        }

        @Override
        public void close() {
            // the process's own output stays open
        }
    }
}
