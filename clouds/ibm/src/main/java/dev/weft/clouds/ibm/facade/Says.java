// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

/** OpenWhisk's own sentences. Sources: its {@code Messages}, and what Akka HTTP says in its place. */
final class Says {
    static final String NO_KEY = "The resource requires authentication, which was not supplied with the request";
    static final String WRONG_KEY = "The supplied authentication is invalid";
    static final String ABSENT = "The requested resource does not exist.";
    static final String EXISTS = "resource already exists";
    static final String NO_PATH = "The requested resource could not be found.";
    static final String ILLEGAL_NAME = "The name of the entity contains illegal characters.";
    static final String ILLEGAL_ACTIVATION = "The activation id is not valid.";
    static final String OVERLOADED = "System is overloaded, try again later.";
    static final String UNAVAILABLE = "The server is currently unavailable (because of overload or maintenance).";
    static final String BROKEN = "There was an internal server error.";

    private Says() {}

    /** To a key that has no right to {@code what}. */
    static String notAuthorized(String what) {
        return "The supplied authentication is not authorized to access '" + what + "'.";
    }

    static String tooLarge(long bytesMax) {
        return "Request larger than allowed: the limit is " + bytesMax + " bytes.";
    }

    static String nameTooLong(int characters, int charactersMax) {
        return "Name longer than allowed: " + characters + " > " + charactersMax + ".";
    }

    static String malformed(String parameter, String why) {
        return "The query parameter '" + parameter + "' was malformed:\n" + why;
    }

    static String malformedContent(String why) {
        return "The request content was malformed:\n" + why;
    }

    /** Of an operation that OpenWhisk has and this façade has not. */
    static String notDone(String operation, String instead) {
        return "Weft's OpenWhisk façade does not do '" + operation + "' yet: " + instead + '.';
    }
}
