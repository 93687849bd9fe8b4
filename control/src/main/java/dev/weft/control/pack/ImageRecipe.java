// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.pack;

import dev.weft.api.Sha256;
import dev.weft.api.account.ImagePlan;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Architecture;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An image of a function's code, as far as it is known without a registry: what is in it, upon which base, started how. Its hash
 * is over all of that, so the same recipe is the same image as long as its base is.
 *
 * @param hash see {@link Ownership#hash}
 */
record ImageRecipe(String repository, String base, Architecture architecture, Path code, Packing packing, String hash) {
    /** Which of Weft's ways of making an image this is: another one makes others of the same files. */
    private static final String WAY = "weft image 1";

    /** Where copies of files go, by their number. */
    private interface Copies {
        OutputStream of(int number) throws IOException;
    }

    /** Of {@code function}, for {@code cloud}; reads every file once. */
    static ImageRecipe of(Function function, Path code, Packing packing, Cloud cloud) throws IOException {
        String registry = cloud.spec().registry();
        if (registry == null) {
            throw refused("runs container images only, and one is made of a folder where the Cloud says spec.registry,"
                    + " for example registry.example/shop; else give code.image");
        }
        if (packing.command().isEmpty()) {
            throw refused("nothing says what starts the code in an image; give code.image");
        }
        ImageRecipe bare = new ImageRecipe(
                registry + '/' + function.name(),
                RuntimeImages.of(function, packing),
                function.spec().architecture(),
                code,
                packing,
                "");
        return bare.hashed(bare.read(PackedFiles.of(code, packing), number -> OutputStream.nullOutputStream()));
    }

    private ImageRecipe hashed(String known) {
        return new ImageRecipe(repository, base, architecture, code, packing, known);
    }

    /** What it is called in its repository, beside its digest. */
    String tag() {
        return "weft-" + hash;
    }

    /** Its name without a digest. */
    String reference() {
        return repository + ':' + tag();
    }

    /** The plan of it, whose files are copies in {@code folder}: what is pushed is what was hashed, whatever happens to the code meanwhile. */
    ImagePlan staged(Path folder) throws IOException {
        PackedFiles files = PackedFiles.of(code, packing);
        String now = read(files, number -> Files.newOutputStream(folder.resolve(Integer.toString(number))));
        if (!now.equals(hash)) {
            throw refused(
                    "the code in " + code + " was changed after the plan was made; nothing was pushed, apply again");
        }
        List<ImagePlan.Entry> entries = new ArrayList<>();
        files.parts()
                .forEach((name, part) -> entries.add(
                        new ImagePlan.Entry(name, folder.resolve(Integer.toString(entries.size())), part.program())));
        return new ImagePlan(repository, tag(), base, architecture, entries, packing.command());
    }

    private String read(PackedFiles files, Copies copies) throws IOException {
        MessageDigest all = Sha256.begin();
        List<String> facts =
                new ArrayList<>(List.of(WAY, repository, base, architecture.name(), ImagePlan.FOLDER, ImagePlan.USER));
        facts.addAll(packing.command());
        facts.forEach(each -> Sha256.add(all, each));
        long bytes = 0;
        int number = 0;
        for (Map.Entry<String, PackedFiles.Part> each : files.parts().entrySet()) {
            MessageDigest content = Sha256.begin();
            try (OutputStream copy = new DigestOutputStream(copies.of(number++), content)) {
                bytes += files.write(each.getValue(), copy, bytes);
            }
            Sha256.add(all, each.getKey());
            Sha256.add(all, each.getValue().program() ? "program" : "file");
            all.update(content.digest());
        }
        return Ownership.hash(all.digest());
    }

    private static PackagingException refused(String message) {
        return new PackagingException("spec.code", message, null);
    }
}
