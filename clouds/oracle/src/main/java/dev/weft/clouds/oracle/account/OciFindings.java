// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount.Finding;
import java.util.ArrayList;
import java.util.List;

/** What was found of an account: credentials, its application, its functions, their log. */
final class OciFindings {
    private static final String LOGS = "read logs";

    private final OciSigner signer;
    private final OciApi api;
    private final OciPlace place;
    private final OciLogs logs;

    OciFindings(OciSigner signer, OciApi api, OciPlace place, OciLogs logs) {
        this.signer = signer;
        this.api = api;
        this.place = place;
        this.logs = logs;
    }

    List<Finding> all() {
        List<Finding> findings = new ArrayList<>();
        try {
            findings.add(new Finding("credentials", true, signer.credentials().found(), null));
        } catch (CloudException missing) {
            findings.add(new Finding(
                    "credentials",
                    false,
                    String.valueOf(missing.getMessage()),
                    "run oci setup config, or set OCI_CLI_PROFILE to a profile that is there"));
            return findings;
        }
        OciApi.App in;
        try {
            in = place.find();
            findings.add(new Finding(
                    "find the application",
                    in != null || place.creates(),
                    in != null
                            ? place.words() + " is there"
                            : place.words() + " is not there" + (place.creates() ? " yet" : ""),
                    in != null || place.creates() ? null : OciPlace.ADVICE));
            if (in == null) {
                return findings;
            }
            findings.add(new Finding("list functions", true, api.functions(in).size() + " functions", null));
        } catch (CloudException failed) {
            findings.add(new Finding(
                    "list functions",
                    false,
                    String.valueOf(failed.getMessage()),
                    "check spec.region, spec.account.compartment and the policies that weft permissions shows"));
            return findings;
        }
        findings.add(log(in));
        return findings;
    }

    /** A log that is not switched on is a choice, not a fault. */
    private Finding log(OciApi.App in) {
        try {
            String log = logs.log(in);
            return new Finding(LOGS, true, log == null ? logs.switchOn() : "from " + log, null);
        } catch (CloudException failed) {
            return new Finding(
                    LOGS,
                    false,
                    String.valueOf(failed.getMessage()),
                    "see that the policies let you read log-groups and log-content, as weft permissions shows, or name the"
                            + " log as spec.account." + OciLogs.LOG);
        }
    }
}
