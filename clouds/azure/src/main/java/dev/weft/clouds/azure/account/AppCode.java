// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.account.CloudAccount.WithCode.Found;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.clouds.azure.credentials.AzureCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/** Fetches what an app runs: its package, or else the files that its deployment host shows. */
final class AppCode {
    /** Files of an app. */
    static final int FILES_MAX = 50_000;

    /** Time of a call where an app says none, by consumption. */
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private final AzureOptions options;
    private final Arm arm;
    private final CloudVendor.Around around;
    private final AzureCredentials credentials;
    private final RestClient.Pause pause;

    AppCode(
            AzureOptions options,
            Arm arm,
            CloudVendor.Around around,
            AzureCredentials credentials,
            RestClient.Pause pause) {
        this.options = options;
        this.arm = arm;
        this.around = around;
        this.credentials = credentials;
        this.pause = pause;
    }

    Found download(Snapshot app, Path folder) {
        unpack(zip(app), folder);
        AppSettings settings = app.settings();
        Long seconds = settings.timeoutSeconds();
        return new Found(
                Function.Contract.AZURE_FUNCTIONS,
                runtime(app),
                app.handler().isEmpty() ? null : app.handler(),
                AppLimits.CONSUMPTION_BYTES_MAX,
                seconds == null ? TIMEOUT : Duration.ofSeconds(seconds),
                settings.env());
    }

    /** As a document has it: node22 of Node|22. */
    private static @Nullable String runtime(Snapshot app) {
        String runtime = app.runtime().toLowerCase(Locale.ROOT).replace("|", "");
        return runtime.isEmpty() ? null : runtime;
    }

    private byte[] zip(Snapshot app) {
        String address = app.settings().packaged();
        String hash = Packages.hash(address);
        if (hash != null) {
            return Storage.read(arm, options).packages(around, pause).get(app.name(), hash);
        }
        if (address != null && address.startsWith("http")) {
            RestClient open = new RestClient(
                    around.transport(), (request, now) -> request, AzureErrors::read, around.clock(), pause);
            return open.send(RestRequest.of("Get package", "GET", URI.create(address)))
                    .body();
        }
        String host = Objects.requireNonNullElseGet(app.deploymentHost(), () -> {
            throw new CloudException(Kind.INVALID, "app %s has no deployment host".formatted(app.name()), null);
        });
        String audience = options.arm().getScheme() + "://" + options.arm().getRawAuthority();
        RestClient bearer = new RestClient(
                around.transport(),
                (request, now) -> request.header(
                        "authorization", "Bearer " + credentials.token(audience).value()),
                AzureErrors::read,
                around.clock(),
                pause);
        return bearer.send(RestRequest.of("Get files", "GET", URI.create("https://" + host + "/api/zip/site/wwwroot/")))
                .body();
    }

    private static void unpack(byte[] zip, Path folder) {
        Path root = folder.toAbsolutePath().normalize();
        long left = AppLimits.UNPACKED_BYTES_MAX;
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            int files = 0;
            for (ZipEntry each = in.getNextEntry(); each != null; each = in.getNextEntry()) {
                Path file = root.resolve(each.getName()).normalize();
                if (!file.startsWith(root) || ++files > FILES_MAX) {
                    throw new CloudException(
                            Kind.INVALID, "the package has a file outside of it, or more than " + FILES_MAX, null);
                }
                if (each.isDirectory()) {
                    Files.createDirectories(file);
                    continue;
                }
                Files.createDirectories(Objects.requireNonNull(file.getParent()));
                byte[] bytes = in.readNBytes((int) Math.min(left + 1, Integer.MAX_VALUE - 8));
                left -= bytes.length;
                if (left < 0) {
                    throw new CloudException(
                            Kind.TOO_LARGE, "the package unpacks to more than " + AppLimits.UNPACKED_BYTES_MAX, null);
                }
                Files.write(file, bytes);
            }
            if (files == 0) {
                throw new CloudException(Kind.INVALID, "the package is no zip file, or empty", null);
            }
        } catch (IOException broken) {
            throw new CloudException(Kind.INVALID, "the package can't be unpacked: " + broken.getMessage(), broken);
        }
    }
}
