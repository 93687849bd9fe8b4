// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.account.CloudAccount.WithCode.Found;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.CodeArchive;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.clouds.azure.credentials.AzureCredentials;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Fetches what an app runs: its package, or else the files that its deployment host shows. */
final class AppCode {
    /** Files of an app. */
    static final int FILES_MAX = 50_000;

    /** Time of a call where an app says none, by consumption. */
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    /** The same on a Flex plan. */
    private static final Duration FLEX_TIMEOUT = Duration.ofMinutes(30);

    private final AzureOptions options;
    private final Apps apps;
    private final CloudVendor.Around around;
    private final AzureCredentials credentials;
    private final RestClient.Pause pause;

    AppCode(
            Apps apps,
            AzureOptions options,
            CloudVendor.Around around,
            AzureCredentials credentials,
            RestClient.Pause pause) {
        this.options = options;
        this.apps = apps;
        this.around = around;
        this.credentials = credentials;
        this.pause = pause;
    }

    Found download(Snapshot app, Path folder) {
        CodeArchive.unpack(zip(app), folder, FILES_MAX, AppLimits.UNPACKED_BYTES_MAX);
        AppSettings settings = app.settings();
        Long seconds = settings.timeoutSeconds();
        return new Found(
                Function.Contract.AZURE_FUNCTIONS,
                null,
                runtime(app),
                app.handler().isEmpty() ? null : app.handler(),
                memory(app),
                seconds == null ? (app.flex() ? FLEX_TIMEOUT : TIMEOUT) : Duration.ofSeconds(seconds),
                settings.env(),
                Set.of(),
                AppWords.instances(app));
    }

    private static long memory(Snapshot app) {
        String mebibytes = app.flex() ? FlexConfig.words(app.site()).get("memory") : null;
        return mebibytes == null ? AppLimits.CONSUMPTION_BYTES_MAX : Long.parseLong(mebibytes) << 20;
    }

    /** As a document has it: node22 of Node|22. */
    private static @Nullable String runtime(Snapshot app) {
        String runtime = app.runtime().toLowerCase(Locale.ROOT).replace("|", "");
        return runtime.isEmpty() ? null : runtime;
    }

    private byte[] zip(Snapshot app) {
        String hash = app.version();
        Packages packages =
                hash == null ? null : Storage.read(apps.arm(), options).packages(around, pause);
        // the hash of an adopted Flex app's code is known, and its package is not ours
        if (hash != null && packages != null && (!app.flex() || packages.has(app.name(), hash))) {
            return packages.get(app.name(), hash);
        }
        if (app.flex()) {
            return apps.releases().newest(app.site());
        }
        String address = app.settings().packaged();
        if (address != null && address.startsWith("http")) {
            RestClient open = new RestClient(
                    around.transport(), (request, now) -> request, AzureErrors::read, around.clock(), pause);
            return open.send(RestRequest.of("Get package", "GET", URI.create(address)))
                    .body();
        }
        return Arm.client(options, around, credentials, pause)
                .send(RestRequest.of("Get files", "GET", app.deployments().resolve("/api/zip/site/wwwroot/")))
                .body();
    }
}
