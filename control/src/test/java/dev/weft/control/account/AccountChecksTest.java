// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Cloud;
import dev.weft.control.Application;
import dev.weft.control.DocumentReader;
import dev.weft.control.Reading;
import dev.weft.control.Workspace;
import dev.weft.control.pack.FakeImages;
import dev.weft.control.pack.LocalPackager;
import dev.weft.control.pack.Packager;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountChecksTest {
    private static final CloudVendor VENDOR = new CloudVendor() {
        @Override
        public Set<Cloud.Type> types() {
            return Set.of(Cloud.Type.AWS);
        }

        @Override
        public List<Option> options(Cloud.Type type) {
            return List.of(
                    new Option("role", "The role functions run as.", true, "arn:.*", "an ARN"),
                    Option.of("accountId", "The account's number.", false));
        }

        @Override
        public CloudAccount open(Cloud cloud, Around around) {
            return new FakeAccount(cloud.name());
        }
    };

    @TempDir
    Path folder;

    @TempDir
    Path artifacts;

    /** As they are found one by one, and as they are found ahead. */
    private List<String> mistakes(String yaml) {
        Workspace workspace = new Workspace(folder);
        Application read = workspace.valid(yaml);
        List<Path> file = List.of(folder.resolve("weft.yaml"));
        List<String> found = workspace.mistakes(DocumentReader.read(file, Map.of(), checks(read, packager())));
        DocumentReader.Known known = new DocumentReader.Known();
        Reading first = DocumentReader.read(file, Map.of(), (function, code) -> List.of(), known);
        AccountChecks ahead = checks(((Reading.Valid) first).application(), packager());
        ahead.ahead();
        assertThat(workspace.mistakes(DocumentReader.read(file, Map.of(), ahead, known)))
                .isEqualTo(found);
        return found;
    }

    private Packager packager() {
        return new LocalPackager(artifacts, new FakeImages());
    }

    private static AccountChecks checks(Application documents, Packager packager) {
        return new AccountChecks("shop", documents, Map.of("aws-eu", new FakeAccount("aws-eu")), packager);
    }

    @Test
    void whatWasCheckedAheadIsNotPackagedAgain() {
        new Workspace(folder).valid(Workspace.ALL);
        List<Path> file = List.of(folder.resolve("weft.yaml"));
        AtomicInteger packed = new AtomicInteger();
        Packager counting = (function, code, packing, cloud) -> {
            packed.incrementAndGet();
            return packager().pack(function, code, packing, cloud);
        };
        DocumentReader.Known known = new DocumentReader.Known();
        Reading first = DocumentReader.read(file, Map.of(), (function, code) -> List.of(), known);
        AccountChecks checks = checks(((Reading.Valid) first).application(), counting);
        checks.ahead();
        assertThat(packed).hasValue(1);
        assertThat(DocumentReader.read(file, Map.of(), checks, known)).isInstanceOf(Reading.Valid.class);
        assertThat(packed).hasValue(1);
    }

    @Test
    void aVendorsLimitIsToldAtItsLineWithTheCloudsName() {
        assertThat(mistakes(Workspace.ALL.replace("  handler:", "  memory: 2Gi\n  handler:")))
                .singleElement()
                .asString()
                .contains("spec.memory", "cloud aws-eu: must be at most 1Gi")
                .containsPattern("weft.yaml:\\d+:\\d+");
    }

    @Test
    void whatACloudHasToBeToldIsNotLeftToIt() {
        String open = "  memory: 0\n  maxInstances: 0\n  idleTimeout: 0s\n  handler:";
        assertThat(mistakes(Workspace.ALL.replace("  handler:", open)))
                .singleElement()
                .asString()
                .contains("spec.memory: '0': cloud aws-eu: can't be left to the cloud here");
    }

    @Test
    void aContractThatDoesNotRunThereIsToldBeforeAnythingIsAsked() {
        String http = Workspace.ALL
                .replace("contract: aws-lambda", "contract: http")
                .replace("  runtime: nodejs20\n", "")
                .replace("  handler: index.handler", "  command: [node, index.js]");
        assertThat(mistakes(http)).singleElement().asString().contains("spec.contract", "does not run here");
    }

    @Test
    void codeThatCanNotBePackagedIsAMistake() throws Exception {
        new Workspace(folder).write("checkout/index.js", "x");
        java.nio.file.Files.createSymbolicLink(folder.resolve("checkout/out"), Path.of("/etc/hostname"));
        assertThat(mistakes(Workspace.ALL))
                .singleElement()
                .asString()
                .contains("spec.code.path", "leads out of the folder");
    }

    private List<String> of(String account) {
        Cloud cloud = new Workspace(folder)
                .valid(Workspace.CLOUD.replace("labels:", "account: {" + account + "}, labels:"))
                .clouds()
                .getFirst();
        return AccountChecks.check(cloud, VENDOR).stream().map(Object::toString).toList();
    }

    @Test
    void anAccountsOptionsAreChecked() {
        assertThat(of("role: 'arn:aws:iam::1:role/x'")).isEmpty();
        assertThat(of("accountId: '1'"))
                .singleElement()
                .asString()
                .contains("lacks role", "The role functions run as.");
        assertThat(of("role: x")).singleElement().asString().contains("spec.account.role", "must be an ARN");
        assertThat(of("rolle: 'arn:x', role: 'arn:x'"))
                .singleElement()
                .asString()
                .contains("spec.account.rolle", "role");
    }

    @Test
    void aTypeWithoutAccountsIsRefused() {
        Cloud cloud = new Workspace(folder)
                .valid(Workspace.CLOUD.replace("type: aws", "type: local"))
                .clouds()
                .getFirst();
        assertThat(AccountChecks.check(cloud, null)).singleElement().asString().contains("spec.type", "local");
    }
}
