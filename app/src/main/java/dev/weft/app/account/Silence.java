// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.control.account.AccountPath;
import dev.weft.control.account.AccountResult;
import dev.weft.control.account.AccountStep;

/** For walks that only look. */
final class Silence implements AccountPath.StepListener {
    static final Silence KEPT = new Silence();

    private Silence() {}

    @Override
    public void begun(AccountStep step) {}

    @Override
    public void did(AccountStep step, String words) {}

    @Override
    public void ended(AccountResult result) {}
}
