// SPDX-License-Identifier: Apache-2.0
package dev.weft.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackingTest {
    private static final Unpacking.Limits LIMITS = new Unpacking.Limits(100, 1 << 20);

    @TempDir
    private Path folder;

    private Path root;
    private Path away;
    private Path outside;

    @BeforeEach
    void folders() throws IOException {
        root = Files.createDirectory(folder.resolve("root"));
        away = Files.createDirectory(folder.resolve("outside"));
        outside = Files.writeString(away.resolve("file"), "of this machine");
    }

    private void unpacked(Layer... layers) throws IOException {
        Unpacking unpacking = new Unpacking(new RootFolder(root), LIMITS);
        for (Layer each : layers) {
            unpacking.layer(new ByteArrayInputStream(each.packed()));
        }
    }

    private void refused(String why, Layer... layers) {
        assertThatThrownBy(() -> unpacked(layers))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
        assertThat(outside).hasContent("of this machine");
        assertThat(away).isDirectoryContaining(outside::equals);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void aLaterLayerLiesUponAnEarlierOne() throws Exception {
        unpacked(
                new Layer()
                        .folder("etc")
                        .file("etc/one", "1")
                        .file("/etc/two", "2")
                        .file("./deep/er/three", "3"),
                new Layer().file("etc/two", "two").link("etc/three", "/deep/er/three"));

        assertThat(root.resolve("etc/one")).hasContent("1");
        assertThat(root.resolve("etc/two")).hasContent("two");
        assertThat(Files.readSymbolicLink(root.resolve("etc/three"))).hasToString("/deep/er/three");
        assertThat(Files.getLastModifiedTime(root.resolve("etc/one")).toMillis())
                .isEqualTo(1_000_000_000_000L);
    }

    @Test
    void aLayerMayBeUnpackedAlready() throws Exception {
        new Unpacking(new RootFolder(root), LIMITS)
                .layer(new Layer().file("a", "1").plain());

        assertThat(root.resolve("a")).hasContent("1");
    }

    @Test
    void whoeverOwnedItEverybodyMayReadItAndNobodyBecomesAnother() throws Exception {
        unpacked(new Layer()
                .file("secret", "x", 0600)
                .file("su", "x", 06711)
                .folder("d")
                .device("dev/sda"));

        assertThat(mode(root.resolve("secret"))).isEqualTo("rw-r--r--");
        assertThat(mode(root.resolve("su"))).isEqualTo("rwxr-xr-x");
        assertThat((int) Files.getAttribute(root.resolve("su"), "unix:mode") & 06000)
                .isZero();
        assertThat(mode(root.resolve("d"))).isEqualTo("rwxr-xr-x");
        assertThat(root.resolve("dev/sda")).doesNotExist();
    }

    @Test
    void aWhiteOutHidesWhatIsBelowItsLayerAndNothingOfIt() throws Exception {
        unpacked(
                new Layer()
                        .file("a/one", "1")
                        .file("a/b/two", "2")
                        .file("c/three", "3")
                        .file("c/d/four", "4"),
                new Layer()
                        .file("a/.wh.one", "")
                        .file("a/.wh.b", "")
                        .file("c/five", "5")
                        .file("c/d/six", "6")
                        .file("c/.wh..wh..opq", "")
                        .file("c/.wh..wh.plnk", "")
                        .file("c/.wh.five", ""));

        assertThat(root.resolve("a")).isEmptyDirectory();
        assertThat(root.resolve("c/three")).doesNotExist();
        assertThat(root.resolve("c/d/four")).doesNotExist();
        assertThat(root.resolve("c/five")).hasContent("5");
        assertThat(root.resolve("c/d/six")).hasContent("6");
        refused("of nothing", new Layer().file("a/.wh.", ""));
        refused("leads out", new Layer().file("a/.wh...", ""));
    }

    @Test
    void hardLinksStayInside() throws Exception {
        unpacked(
                new Layer().file("bin/busybox", "program", 0755).hardLink("bin/sh", "bin/busybox"),
                new Layer().hardLink("usr/cat", "/bin/busybox").file("bin/sh", "another"));

        assertThat(root.resolve("usr/cat")).hasContent("program");
        assertThat(root.resolve("bin/busybox")).as("not written through").hasContent("program");
        assertThat(root.resolve("bin/sh")).hasContent("another");
        refused("leads out", new Layer().hardLink("x", "../outside/file"));
        refused("no file", new Layer().hardLink("x", "bin"));
        refused("no file", new Layer().hardLink("x", outside.toString()));
        refused("to its root", new Layer().hardLink("x", "/"));
    }

    @Test
    void noNameLeadsOut() throws Exception {
        refused("leads out", new Layer().file("../outside/file", "x"));
        refused("leads out", new Layer().file("a/../../outside/file", "x"));
        refused("leads out", new Layer().link("../outside/link", "x"));
        unpacked(new Layer().file(outside.toString(), "inside"));
        assertThat(outside).hasContent("of this machine");
        assertThat(root.resolve(outside.toString().substring(1))).hasContent("inside");
    }

    /** What a container engine does: a link on the way means what it means inside. */
    @Test
    void linksOnTheWayAreFollowedInsideAndNeverOut() throws Exception {
        unpacked(
                new Layer()
                        .link("lib", "usr/lib")
                        .link("up", "../../../../../..")
                        .link("absolute", away.toString())
                        .link("usr/back", "../lib"),
                new Layer()
                        .file("lib/a", "a")
                        .file("usr/back/b", "b")
                        .file("up/file", "c")
                        .file("absolute/file", "d")
                        .hardLink("absolute/linked", "absolute/file")
                        .file("absolute/.wh.nothing", ""));

        assertThat(root.resolve("usr/lib/a")).hasContent("a");
        assertThat(root.resolve("usr/lib/b")).hasContent("b");
        assertThat(root.resolve("file")).hasContent("c");
        assertThat(root.resolve(away.toString().substring(1)).resolve("file")).hasContent("d");
        assertThat(outside).hasContent("of this machine");
        assertThat(away).isDirectoryNotContaining(each -> !each.equals(outside));
    }

    @Test
    void whatIsPutOverALinkReplacesIt() throws Exception {
        unpacked(
                new Layer().link("file", outside.toString()).link("folder", away.toString()),
                new Layer().file("file", "x").folder("folder").file("folder/file", "y"));

        assertThat(outside).hasContent("of this machine");
        assertThat(root.resolve("file")).isRegularFile().hasContent("x");
        assertThat(Files.isSymbolicLink(root.resolve("folder"))).isFalse();
        unpacked(new Layer().link("gone", away.toString()), new Layer().file(".wh.gone", ""));
        assertThat(outside).exists();
    }

    @Test
    void linksInACircleAreNotFollowedForEver() {
        refused(
                "more than " + RootFolder.LINKS_MAX + " links",
                new Layer().link("a", "b").link("b", "a").file("a/x", "x"));
        refused("in a file", new Layer().file("f", "x").file("f/x", "x"));
    }

    @Test
    void limitsHold() {
        Layer many = new Layer();
        for (int i = 0; i <= LIMITS.entriesMax(); i++) {
            many.file("f" + i, "");
        }
        refused("more than 100 entries", many);
        refused("more than 1048576 bytes", new Layer().file("big", "x".repeat(1 << 20)));
        refused(
                "more than 1048576 bytes",
                new Layer().file("a", "x".repeat(600_000)),
                new Layer().file("b", "x".repeat(600_000)));
        refused("a name or attributes of more than", new Layer().file("n".repeat(Unpacking.PRELUDE_BYTES_MAX), ""));
    }

    @Test
    void zstdIsRefusedByName() {
        Unpacking unpacking = new Unpacking(new RootFolder(root), LIMITS);

        assertThatThrownBy(() ->
                        unpacking.layer(new ByteArrayInputStream(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0})))
                .hasMessageContaining("zstd")
                .hasMessageContaining("gzip");
    }

    @Test
    void whatASandboxMountsUponIsMade() throws Exception {
        unpacked(new Layer().link("etc/resolv.conf", "/run/systemd/resolv.conf").file("etc/hosts", "x"));
        new RootFolder(root).complete("/srv/app");

        for (String each : new String[] {"proc", "dev", "tmp", "run/weft", "srv/app"}) {
            assertThat(root.resolve(each)).isDirectory();
        }
        for (String each : new String[] {"passwd", "hosts", "resolv.conf"}) {
            assertThat(Files.isRegularFile(root.resolve("etc").resolve(each), LinkOption.NOFOLLOW_LINKS))
                    .as(each)
                    .isTrue();
        }
    }

    @Test
    void anImageWithoutPlaceForASandboxIsRefused() throws Exception {
        Map<String, Layer> unfit = Map.of(
                "/tmp", new Layer().link("tmp", "var/tmp"),
                "/run", new Layer().link("run", "/var/run"),
                "/etc", new Layer().file("etc", "x"),
                "/etc/passwd", new Layer().folder("etc/passwd"));
        int number = 0;
        for (Map.Entry<String, Layer> each : unfit.entrySet()) {
            Path other = Files.createDirectory(folder.resolve("other" + number++));
            RootFolder into = new RootFolder(other);
            new Unpacking(into, LIMITS)
                    .layer(new ByteArrayInputStream(each.getValue().packed()));
            assertThatThrownBy(() -> into.complete("/")).hasMessageContaining(each.getKey());
        }
    }
}
