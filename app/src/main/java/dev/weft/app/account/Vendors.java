// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Cloud;
import dev.weft.api.rest.JdkTransport;
import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.parity.Accounts;
import dev.weft.clouds.alibaba.AlibabaVendor;
import dev.weft.clouds.aws.AwsVendor;
import dev.weft.clouds.azure.AzureVendor;
import dev.weft.clouds.google.GoogleVendor;
import dev.weft.clouds.ibm.account.IbmVendor;
import dev.weft.clouds.knative.KnativeVendor;
import dev.weft.clouds.oracle.OracleVendor;
import dev.weft.clouds.weft.WeftVendor;
import dev.weft.net.tls.ClientTls;
import dev.weft.net.tls.TlsFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** Every vendor whose accounts Weft knows. */
public final class Vendors implements Accounts {
    /** Variable that names a PEM file of authorities that are trusted besides the JVM's, as private clouds need it. */
    public static final String AUTHORITIES = "SSL_CERT_FILE";

    private static final List<CloudVendor> ALL = List.of(
            new AlibabaVendor(),
            new AwsVendor(),
            new AzureVendor(),
            new GoogleVendor(),
            new IbmVendor(),
            new KnativeVendor(),
            new OracleVendor(),
            new WeftVendor());

    private final Map<Cloud.Type, CloudVendor> byType = new EnumMap<>(Cloud.Type.class);
    private final CloudVendor.Around around;
    /** With the user's own authorities; null where there are none. */
    private final @Nullable FutureTask<ClientTls> own;

    /** Credentials come from {@code environment} and the vendors' files in the user's home folder. */
    public Vendors(Map<String, String> environment) {
        this(environment, ALL);
    }

    /** Of {@code all} only. */
    public Vendors(Map<String, String> environment, List<CloudVendor> all) {
        String authorities = environment.get(AUTHORITIES);
        own = authorities == null ? null : new FutureTask<>(() -> ClientTls.open(Path.of(authorities)));
        all.forEach(each -> each.types().forEach(type -> byType.put(type, each)));
        around = new CloudVendor.Around(
                own == null
                        ? new JdkTransport()
                        : new JdkTransport(() -> trusting(own).context()),
                environment,
                Path.of(System.getProperty("user.home")),
                InstantSource.system());
    }

    /** How clouds are spoken to. */
    public ClientTls tls() {
        try {
            return own == null ? ClientTls.open(null) : trusting(own);
        } catch (TlsFileException unusable) {
            throw new CliException(Exit.FAILED, AUTHORITIES + ": " + unusable.getMessage());
        }
    }

    private static ClientTls trusting(FutureTask<ClientTls> own) throws TlsFileException {
        own.run(); // by the first who asks; others wait
        try {
            return own.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof TlsFileException unusable) {
                throw unusable;
            }
            throw new IllegalStateException("TLS can't be had", failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while authorities were read", stopped);
        }
    }

    @Override
    public @Nullable CloudVendor of(Cloud.Type type) {
        return byType.get(type);
    }

    @Override
    public CloudAccount open(Cloud cloud) {
        CloudVendor vendor = byType.get(cloud.spec().type());
        if (vendor == null) {
            throw new IllegalArgumentException("cloud " + cloud.name() + " has no account");
        }
        if (own != null) {
            ClientTls ignored = tls(); // a file that is none is told before anything is sent
        }
        return vendor.open(cloud, around);
    }
}
