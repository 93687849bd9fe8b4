// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade.kept;

/** What a client asks for is refused with this status; the message is for it. */
public final class Refusal extends IllegalArgumentException {
    @java.io.Serial
    private static final long serialVersionUID = 1;

    private final int status;

    public Refusal(int status, String words) {
        super(words);
        this.status = status;
    }

    /** The body asks for something that can't be, or is not done. */
    public static Refusal content(String why) {
        return new Refusal(400, Says.malformedContent(why));
    }

    public int status() {
        return status;
    }

    public String words() {
        return String.valueOf(getMessage());
    }
}
