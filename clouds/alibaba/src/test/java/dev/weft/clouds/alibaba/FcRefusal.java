// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

/** What {@link FakeFc} refuses a request with. */
final class FcRefusal extends Exception {
    final int status;
    final String code;

    FcRefusal(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }
}
