// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.credentials;

import dev.weft.api.CloudException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whoever is logged in with the vendor's command line, {@code az login}. */
final class CliTokens implements TokenSource {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);
    private static final int ANSWER_BYTES_MAX = 1 << 20;
    private static final int WORDS_CHARS_MAX = 400;

    private final Path program;
    private final Map<String, String> environment;
    private final @Nullable String tenant;

    private CliTokens(Path program, Map<String, String> environment, @Nullable String tenant) {
        this.program = program;
        this.environment = environment;
        this.tenant = tenant;
    }

    /** The program on the environment's PATH, or null. */
    static @Nullable CliTokens find(Map<String, String> environment, @Nullable String tenant) {
        for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path program = Path.of(folder, "az");
            if (program.isAbsolute() && Files.isExecutable(program)) {
                return new CliTokens(program, environment, tenant);
            }
        }
        return null;
    }

    @Override
    public String words() {
        return "login of the az command line (" + program + ")";
    }

    @Override
    public AccessToken token(String audience) {
        List<String> command = new ArrayList<>(
                List.of(program.toString(), "account", "get-access-token", "--output", "json", "--resource", audience));
        if (tenant != null) {
            command.addAll(List.of("--tenant", tenant));
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.PIPE);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            Words words = new Words(process.getErrorStream());
            Thread reader = Thread.ofVirtual().name("az-words").start(words);
            byte[] answer;
            try {
                // a program that hangs is ended, which ends the reading of what it says
                Thread watch = Thread.ofVirtual().name("az-watch").start(() -> end(process));
                answer = process.getInputStream().readNBytes(ANSWER_BYTES_MAX);
                process.waitFor();
                watch.interrupt();
                reader.join();
            } finally {
                process.destroyForcibly();
            }
            if (process.exitValue() != 0) {
                throw TokenSources.denied(
                        "az account get-access-token failed: " + words.said() + "; log in with az login", null);
            }
            return read(answer);
        } catch (IOException unstarted) {
            throw TokenSources.denied("az can't be started: " + unstarted.getMessage(), unstarted);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CloudException(
                    CloudException.Kind.UNKNOWN, "interrupted while az was asked for a token", stopped);
        }
    }

    private static void end(Process process) {
        try {
            if (!process.waitFor(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        }
    }

    private static AccessToken read(byte[] answer) {
        try {
            JsonNode json = JsonMapper.shared().readTree(answer);
            long end = json.path("expires_on").asLong(0);
            Instant expires = end > 0
                    ? Instant.ofEpochSecond(end)
                    : LocalDateTime.parse(json.path("expiresOn").asString("").replace(' ', 'T'))
                            .atZone(ZoneId.systemDefault())
                            .toInstant();
            String token = json.path("accessToken").asString("");
            if (!token.isEmpty()) {
                return new AccessToken(token, expires);
            }
        } catch (JacksonException | DateTimeException strange) {
            throw TokenSources.denied("az account get-access-token answered what Weft can't read", null);
        }
        throw TokenSources.denied("az account get-access-token answered without a token", null);
    }

    /** The last of what the program says of a failure. */
    private static final class Words implements Runnable {
        private final InputStream in;
        private volatile String said = "it said nothing";

        Words(InputStream in) {
            this.in = in;
        }

        @Override
        public void run() {
            try {
                String text = new String(in.readNBytes(ANSWER_BYTES_MAX), StandardCharsets.UTF_8).strip();
                String line = text.replaceAll("\\s+", " ");
                said = line.length() > WORDS_CHARS_MAX ? line.substring(0, WORDS_CHARS_MAX) + '…' : line;
            } catch (IOException closed) {
                said = "its words can't be read";
            }
        }

        String said() {
            return said;
        }
    }
}
