// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade.kept;

/** OpenWhisk's own sentences. Sources: its {@code Messages}, and what Akka HTTP says in its place. */
public final class Says {
    public static final String NO_KEY = "The resource requires authentication, which was not supplied with the request";
    public static final String WRONG_KEY = "The supplied authentication is invalid";
    public static final String ABSENT = "The requested resource does not exist.";
    public static final String EXISTS = "resource already exists";
    public static final String NO_PATH = "The requested resource could not be found.";
    public static final String ILLEGAL_NAME = "The name of the entity contains illegal characters.";
    public static final String ILLEGAL_ACTIVATION = "The activation id is not valid.";
    public static final String OVERLOADED = "System is overloaded, try again later.";
    public static final String UNAVAILABLE =
            "The server is currently unavailable (because of overload or maintenance).";
    public static final String BROKEN = "There was an internal server error.";

    public static final String TOO_LONG = "Too many actions in the sequence.";

    private Says() {}

    /** To a key that has no right to {@code what}. */
    public static String notAuthorized(String what) {
        return "The supplied authentication is not authorized to access '" + what + "'.";
    }

    public static String tooLarge(long bytesMax) {
        return "Request larger than allowed: the limit is " + bytesMax + " bytes.";
    }

    public static String tooBig(String what, long bytes, long bytesMax) {
        return what + " larger than allowed: " + bytes + " > " + bytesMax + " bytes.";
    }

    /** Of a package that is to go. */
    public static String notEmpty(int entities) {
        return "Package not empty (contains " + entities + (entities == 1 ? " entity)" : " entities)");
    }

    public static String nameTooLong(int characters, int charactersMax) {
        return "Name longer than allowed: " + characters + " > " + charactersMax + ".";
    }

    public static String malformed(String parameter, String why) {
        return "The query parameter '" + parameter + "' was malformed:\n" + why;
    }

    public static String malformedContent(String why) {
        return "The request content was malformed:\n" + why;
    }

    /** Of an operation that OpenWhisk has and this façade has not. */
    public static String notDone(String operation, String instead) {
        return "Weft's OpenWhisk façade does not do '" + operation + "' yet: " + instead + '.';
    }
}
