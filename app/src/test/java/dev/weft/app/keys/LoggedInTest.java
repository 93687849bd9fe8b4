// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What the room logs while it is open. */
final class LoggedInTest extends Handler implements AutoCloseable {
    private final Logger logger = Logger.getLogger("dev.weft.app.keys");
    private final List<String> lines = new CopyOnWriteArrayList<>();

    LoggedInTest() {
        logger.addHandler(this);
    }

    List<String> lines() {
        return lines;
    }

    @Override
    public void publish(LogRecord line) {
        lines.add(line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
