// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Placement.Choice;
import dev.weft.control.Application;
import dev.weft.control.pack.LocalPackager;
import dev.weft.control.pack.Packager;
import dev.weft.control.pack.PackagingException;
import dev.weft.images.JibImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes what {@code weft apply} would upload, in a folder that goes when this is closed. Asks no cloud, and needs no account: what
 * a document does not say of one stands open here. Not for use by two threads at once.
 */
public final class CloudArtifacts implements AutoCloseable {
    private static final String APPLICATION = "parity";

    private final Accounts accounts;
    private final Path scratch;
    private final Packager packager;
    private final List<CloudAccount> opened = new ArrayList<>();

    private CloudArtifacts(Accounts accounts, Path scratch, Packager packager) {
        this.accounts = accounts;
        this.scratch = scratch;
        this.packager = packager;
    }

    /** For clouds of {@code accounts}. */
    public static CloudArtifacts open(Accounts accounts, Map<String, String> environment) {
        try {
            Path scratch = Files.createTempDirectory("weft-parity-");
            JibImages images = new JibImages(scratch, environment, Path.of(System.getProperty("user.home")));
            return new CloudArtifacts(accounts, scratch, new LocalPackager(scratch, images));
        } catch (IOException full) {
            throw new UncheckedIOException("no temporary folder can be made", full);
        }
    }

    /** A folder for what is made here. */
    public Path scratch() {
        return scratch;
    }

    /** Of {@code function}, for each cloud of its placement, in its order. */
    public List<CloudArtifact> of(Application documents, Function function) {
        Map<String, Cloud> clouds = documents.clouds().stream().collect(Collectors.toMap(Cloud::name, each -> each));
        Path code = Objects.requireNonNull(documents.code().get(function.name()), "code is required");
        List<CloudArtifact> artifacts = new ArrayList<>();
        for (Choice choice : function.spec().placement().clouds()) {
            Cloud cloud =
                    Objects.requireNonNull(clouds.get(choice.name()), "a placement's clouds are in the documents");
            artifacts.add(made(
                    documents,
                    function,
                    code,
                    new On(cloud, choice.nameOf(function.metadata().name()))));
        }
        return artifacts;
    }

    private record On(Cloud cloud, String name) {}

    private CloudArtifact made(Application documents, Function function, Path code, On on) {
        String cloud = on.cloud().name();
        try {
            CloudVendor vendor = accounts.of(on.cloud().spec().type());
            if (vendor == null) {
                Packing own = Packing.own(Packing.Form.ZIP, "", "");
                Artifact artifact = packager.pack(function, code, own, on.cloud());
                return new CloudArtifact.Made(on.cloud(), on.name(), null, own, artifact, List.of());
            }
            Cloud whole = UnsaidAccount.filled(on.cloud(), vendor);
            if (whole == null) {
                return new CloudArtifact.Not(
                        cloud, "what is uploaded can't be told, the Cloud's document lacks something");
            }
            CloudAccount account = accounts.open(whole);
            opened.add(account);
            return switch (account.pack(function, code)) {
                case Packed.Not(List<Mistake> why) -> new CloudArtifact.Not(cloud, words(why));
                case Packed.As(Packing packing) -> {
                    Artifact artifact = packager.pack(function, code, packing, whole);
                    Wanted wanted = new Wanted(
                            APPLICATION,
                            function,
                            on.name(),
                            artifact,
                            documents.env().getOrDefault(function.name(), Map.of()),
                            documents.secrets().getOrDefault(function.name(), Set.of()));
                    yield new CloudArtifact.Made(
                            whole, on.name(), account, packing, artifact, account.check(wanted, packing));
                }
            };
        } catch (PackagingException unpacked) {
            return new CloudArtifact.Not(cloud, unpacked.field() + ": " + unpacked.getMessage());
        } catch (IllegalArgumentException wrong) {
            return new CloudArtifact.Not(cloud, String.valueOf(wrong.getMessage()));
        }
    }

    /** The files of {@code made}, unpacked into a folder of their own: what a cloud would have of them. */
    public Path files(CloudArtifact.Made made, Function function, Path code) throws IOException {
        Packing packing = made.packing();
        boolean single = packing.form() == Packing.Form.JAR || packing.form() == Packing.Form.TEXT;
        if (single || !Files.isDirectory(code)) {
            return code; // uploaded as it is
        }
        Artifact artifact = made.artifact();
        if (artifact instanceof Artifact.Image) {
            // the same files that the image's folder holds
            Packing files = new Packing(
                    Packing.Form.ZIP,
                    packing.adapter(),
                    packing.added(),
                    packing.command(),
                    packing.env(),
                    packing.handler(),
                    packing.runtime());
            artifact = packager.pack(function, code, files, made.document());
        }
        if (!(artifact instanceof Artifact.Archive archive)) {
            throw new IllegalStateException("a zip file is an archive");
        }
        return Unzipped.into(archive.file(), Files.createTempDirectory(scratch, "files-"));
    }

    private static String words(List<Mistake> mistakes) {
        return mistakes.stream().map(Mistake::toString).collect(Collectors.joining("; "));
    }

    @Override
    public void close() {
        for (CloudAccount each : opened) {
            try {
                each.close();
            } catch (Exception stuck) {
                System.getLogger("dev.weft.app").log(System.Logger.Level.WARNING, "an account did not close", stuck);
            }
        }
        delete(scratch);
    }

    private static void delete(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path each : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException inTheWay) {
            System.getLogger("dev.weft.app")
                    .log(System.Logger.Level.WARNING, "leftovers stay: " + inTheWay.getMessage());
        }
    }
}
