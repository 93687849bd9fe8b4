// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.box;

import dev.weft.api.spi.HostFiles;
import dev.weft.engine.boot.JavaBoot;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The scripts and the class that boot a language before its function is known, written out for processes to read. */
record BootFiles(Path node, Path python, Path java) {
    /** Writes them into {@code folder}. */
    static BootFiles write(Path folder) throws IOException {
        Path jar = folder.resolve("weft-boot.jar");
        String name = JavaBoot.class.getName().replace('.', '/') + ".class";
        Files.createDirectories(folder);
        try (InputStream in = JavaBoot.class.getResourceAsStream("JavaBoot.class");
                OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the jar");
            }
            // not compressed, and without a time: the same bytes each time
            ZipEntry entry = new ZipEntry(name);
            entry.setTime(0);
            zip.putNextEntry(entry);
            in.transferTo(zip);
            zip.closeEntry();
        }
        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-r--r--"));
        // a JVM takes a cache that was made with this jar only if it looks the same
        Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH));
        return new BootFiles(
                HostFiles.copy(JavaBoot.class, "boot.mjs", folder, "weft-boot.mjs"),
                HostFiles.copy(JavaBoot.class, "boot.py", folder, "weft-boot.py"),
                jar);
    }

    /** As processes see them. */
    BootFiles inside(Sandbox sandbox) {
        return new BootFiles(sandbox.sharedInside(node), sandbox.sharedInside(python), sandbox.sharedInside(java));
    }

    /** The one that {@code plan} needs. */
    Path of(Plan plan) {
        return switch (plan.program()) {
            case dev.weft.api.spi.ContractHost.Program.Node _ -> node;
            case dev.weft.api.spi.ContractHost.Program.Python _ -> python;
            case dev.weft.api.spi.ContractHost.Program.Java _ -> java;
            case dev.weft.api.spi.ContractHost.Program.Command _, dev.weft.api.spi.ContractHost.Program.Image _ ->
                throw new IllegalArgumentException("a command or an image is not booted");
        };
    }
}
