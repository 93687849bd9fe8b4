// SPDX-License-Identifier: Apache-2.0
package dev.weft.images;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A layer as a test wants it: whatever names it gives are written as they are. */
final class Layer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar;

    Layer() {
        tar = new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    }

    Layer file(String name, String content) {
        return file(name, content, 0644);
    }

    Layer file(String name, String content, int mode) {
        byte[] all = content.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
        entry.setSize(all.length);
        entry.setMode(mode);
        return put(entry, all);
    }

    Layer folder(String name) {
        return put(new TarArchiveEntry(name + '/', TarConstants.LF_DIR, true), new byte[0]);
    }

    Layer link(String name, String target) {
        return linked(name, target, TarConstants.LF_SYMLINK);
    }

    Layer hardLink(String name, String target) {
        return linked(name, target, TarConstants.LF_LINK);
    }

    Layer device(String name) {
        return put(new TarArchiveEntry(name, TarConstants.LF_CHR, true), new byte[0]);
    }

    private Layer linked(String name, String target, byte kind) {
        TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
        entry.setLinkName(target);
        return put(entry, new byte[0]);
    }

    private Layer put(TarArchiveEntry entry, byte[] content) {
        try {
            entry.setModTime(1_000_000_000_000L);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
            return this;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    InputStream plain() throws IOException {
        tar.close();
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    byte[] packed() throws IOException {
        tar.close();
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            bytes.writeTo(out);
        }
        return packed.toByteArray();
    }
}
