// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Cloud;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Where a key of the other Weft comes from: a file, or a variable of the process. Read anew each time, so that a key that was
 * rotated is followed. Its text shows no secret.
 */
final class WeftKey {
    /** Option that names the variable. */
    static final String VARIABLE_OPTION = "key";

    /** Option that names the file. */
    static final String FILE_OPTION = "keyFile";

    /** The variable where the document names none. */
    static final String VARIABLE = "WEFT_KEY";

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9]{1,64}\\.[A-Za-z0-9]{1,256}");
    private static final int FILE_BYTES_MAX = 4096;

    private final Cloud cloud;
    private final CloudVendor.Around around;

    WeftKey(Cloud cloud, CloudVendor.Around around) {
        this.cloud = cloud;
        this.around = around;
    }

    /** {@code ID.SECRET}; what keeps it from being there is a CloudException of kind DENIED. */
    String read() {
        String file = cloud.spec().account().get(FILE_OPTION);
        String said = file == null ? around.environment().getOrDefault(variable(), "") : inFile(Path.of(file));
        String key = said.strip();
        if (key.isEmpty()) {
            throw denied("no key of the Weft that cloud " + cloud.name() + " is: " + source()
                    + " is not set; weft key create, there, makes one");
        }
        if (!FORM.matcher(key).matches()) {
            throw denied("what " + source() + " holds is no key of a Weft's, ID.SECRET");
        }
        return key;
    }

    private String variable() {
        return cloud.spec().account().getOrDefault(VARIABLE_OPTION, VARIABLE);
    }

    /** Where it is looked for, for a person. */
    String source() {
        String file = cloud.spec().account().get(FILE_OPTION);
        return file == null ? "the variable " + variable() : "the file " + file;
    }

    private String inFile(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw denied(source() + " of cloud " + cloud.name() + " is too large for a key");
            }
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw denied(source() + " with the key of cloud " + cloud.name() + " can't be read: "
                    + unreadable.getClass().getSimpleName());
        }
    }

    private static CloudException denied(String why) {
        return new CloudException(CloudException.Kind.DENIED, why, null);
    }

    @Override
    public String toString() {
        return "WeftKey[" + source() + ']';
    }
}
