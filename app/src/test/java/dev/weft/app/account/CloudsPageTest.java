// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Open;
import dev.weft.api.resource.Spelling;
import dev.weft.control.Application;
import dev.weft.control.DocumentReader;
import dev.weft.control.DocumentReader.FunctionCheck;
import dev.weft.control.Reading;
import dev.weft.control.account.WithoutEffect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * docs/reference/clouds.md: what each cloud's account can do, by what it implements, and which tests prove it, by what they are
 * held against. The page fails the build when it differs from the code, or names a test that is not there.
 */
class CloudsPageTest {
    private static final Path FILE = Path.of("../docs/reference/clouds.md");
    private static final Path EXAMPLE = Path.of("../examples/six-clouds");

    /** One kind of proof: a test, and whom it holds us against. */
    private record Proof(String test, String against) {}

    /** The first is the account contract: deploy, change, delete, list, others left alone, adoption, idempotence, a crash between any two calls. */
    private static final Map<Cloud.Type, List<Proof>> PROOFS = Map.of(
            Cloud.Type.AWS,
            List.of(
                    new Proof("AwsAccountIT", "moto, an emulator nobody here wrote"),
                    new Proof("AwsOnMotoIT", "moto: versions, logs"),
                    new Proof("ClientRequestsIT", "what boto3 sends for the same"),
                    new Proof("SignaturesIT", "botocore's signer"),
                    new Proof("CredentialsIT", "botocore's own chain"),
                    new Proof("MotoInvocationIT", "calls, moto"),
                    new Proof("StreamedInvocationIT", "calls whose answers stream, as boto3 reads them"),
                    new Proof("PackageBucketIT", "packages by S3, moto"),
                    new Proof("ServerlessOfflineIT", "calls, serverless-offline")),
            Cloud.Type.AZURE,
            List.of(
                    new Proof("AzureAccountIT", "a server of ours"),
                    new Proof("VendorRequestsIT", "what Azure's Java libraries send for the same"),
                    new Proof("FlexAccountIT", "Flex Consumption plans: a server of ours"),
                    new Proof("FlexRequestsIT", "Flex Consumption plans: what Azure's Java libraries send"),
                    new Proof("AzuriteIT", "packages: Azurite, the vendor's emulator of storage")),
            Cloud.Type.GOOGLE,
            List.of(
                    new Proof("GoogleAccountIT", "a server of ours"),
                    new Proof("RecordedIT", "what Google's Java clients send for the same"),
                    new Proof("SecretManagerIT", "secrets: what Google's Java client sends for the same"),
                    new Proof("GcloudIT", "gcloud, where it is installed")),
            Cloud.Type.OPENWHISK,
            List.of(
                    new Proof("OpenWhiskAccountIT", "a server of ours"),
                    new Proof("OpenWhiskClientIT", "what npm openwhisk sends for the same")),
            Cloud.Type.CODE_ENGINE,
            List.of(
                    new Proof("CodeEngineAccountIT", "a server of ours"),
                    new Proof("CodeEngineAppsIT", "a server of ours: apps"),
                    new Proof("CodeEngineClientIT", "what IBM's Python library sends for the same")),
            Cloud.Type.FN,
            List.of(new Proof("FnAccountIT", "a server of ours only: no registry has a client")),
            Cloud.Type.OCI,
            List.of(
                    new Proof("OciAccountIT", "a server of ours that checks every signature"),
                    new Proof("OracleClientIT", "what Oracle's Java SDK sends for the same"),
                    new Proof("OciLogsIT", "logs: what Oracle's Java SDK sends for the same")),
            Cloud.Type.KNATIVE,
            List.of(
                    new Proof("KnativeAccountIT", "an API server of ours"),
                    new Proof("MockServerIT", "fabric8's API server for tests"),
                    new Proof("KubectlIT", "kubectl, both ways"),
                    new Proof("KubeTlsIT", "TLS with client certificates")),
            Cloud.Type.ALIBABA,
            List.of(
                    new Proof(
                            "AlibabaAccountIT", "a server of ours that checks every signature with Alibaba's library"),
                    new Proof("VendorSdkIT", "what Alibaba's Java SDK sends for the same"),
                    new Proof("FcLogsIT", "logs: what Simple Log Service's Java SDK sends for the same"),
                    new Proof("OssBucketIT", "large packages: what OSS's Java SDK sends for the same")),
            Cloud.Type.WEFT,
            List.of(
                    new Proof("WeftAccountIT", "a whole Weft"),
                    new Proof("WeftsOfEveryTypeIT", "calls, two Wefts over TLS, one of them killed"),
                    new Proof("WeftsInALoopIT", "calls, two Wefts that name each other")));

    /** Where secrets are on clouds that have no store for them which a function can refer to. */
    private static final Map<Cloud.Type, String> ENVIRONMENTS = Map.of(
            Cloud.Type.AWS, "the function's environment, encrypted with KMS (`account.kmsKey`)",
            Cloud.Type.AZURE, "app settings, encrypted at rest",
            Cloud.Type.OPENWHISK, "the action's parameters, as the installation keeps them",
            Cloud.Type.FN, "the function's configuration, in clear",
            Cloud.Type.OCI, "the function's configuration, encrypted at rest",
            Cloud.Type.ALIBABA, "the function's environment, encrypted at rest",
            Cloud.Type.WEFT, "that Weft's folder of uploads, in clear, its user's only");

    @Test
    void thePageSaysWhatTheCodeDoes() throws IOException {
        String text = text();
        if (Boolean.getBoolean("weft.regenerate")) {
            Files.writeString(FILE, text);
        }
        assertThat(FILE)
                .as("anew: -Dtest=CloudsPageTest -Dweft.regenerate=true")
                .hasContent(text);
    }

    @Test
    void everyTestItNamesIsThere() throws IOException {
        List<String> tests = new ArrayList<>();
        for (String folder : List.of("../clouds", "src/test")) {
            try (Stream<Path> all = Files.walk(Path.of(folder))) {
                all.map(each -> each.getFileName().toString())
                        .filter(each -> each.endsWith("IT.java"))
                        .map(each -> each.substring(0, each.length() - ".java".length()))
                        .forEach(tests::add);
            }
        }
        assertThat(tests)
                .containsAll(PROOFS.values().stream()
                        .flatMap(List::stream)
                        .map(Proof::test)
                        .toList());
    }

    private static String text() {
        StringBuilder page = new StringBuilder("""
                <!-- Generated by CloudsPageTest. Do not edit. -->
                # Clouds: what works on each, and how that is known

                No vendor's real account has answered any of this yet. **How** says against what each part was tested; a server that we wrote
                ourselves proves nothing alone, so beside it stands what the vendor's own client sends for the same operation.

                Every cloud: create, change of code or settings only where they differ, delete, list, tags of ownership, others' functions seen
                and left alone, adoption, applying twice changes nothing, a crash between any two calls is mended by the next apply
                (`CloudAccountContract`); limits are told before the first call; `doctor`, `permissions`; calls of exchanges and events
                from `weft serve`. What differs:

                | cloud | `rollback` | `logs --file` | `import` | secrets are in | decides itself | how |
                |---|---|---|---|---|---|---|
                """);
        Application documents = documents();
        for (Cloud cloud : documents.clouds()) {
            try (CloudAccount account = new Vendors(Map.of()).open(cloud)) {
                page.append("| `")
                        .append(Spelling.Words.of(cloud.spec().type()))
                        .append("` | ")
                        .append(has(account instanceof CloudAccount.WithVersions))
                        .append(has(account instanceof CloudAccount.WithLogs))
                        .append(imported(account, cloud.spec().type()))
                        .append(secrets(account, cloud.spec().type()))
                        .append(" | ")
                        .append(withoutEffect(account, documents))
                        .append(" | ")
                        .append(how(cloud.spec().type()))
                        .append(" |\n");
            } catch (Exception broken) {
                throw new IllegalStateException(cloud.name(), broken);
            }
        }
        page.append("""

                `logs` of Azure need `account.workspace`; those of Alibaba and OCI a log that is switched on ([record](../adr/0061-logs-of-oci-and-alibaba.md)). What each cloud falls short of and what is from memory is in its
                record: [AWS](../adr/0044-lambda-by-rest.md), [Azure](../adr/0045-azure-apps-run-packages-from-storage.md) ([Flex](../adr/0064-flex-consumption-by-one-deploy.md)),
                [Google](../adr/0046-google-by-rest-and-its-library-for-tokens.md), [IBM](../adr/0047-openwhisk-and-code-engine-by-rest.md),
                [Oracle](../adr/0048-fn-and-oci-by-invoke.md), [Knative](../adr/0049-knative-by-plain-kubernetes-requests.md),
                [Alibaba](../adr/0050-alibaba-by-plain-requests.md), [another Weft](../adr/0082-another-weft-by-a-facade-of-its-own.md).

                Which code runs where without a change is in [adapters.md](adapters.md). For clouds that run images only (Fn, OCI, Knative, Code
                Engine's apps) [an image is made of the folder](../guides/clouds-out.md#clouds-that-run-images): pushed to the Distribution project's
                registry, and run by Podman, of Knative and Fn. Answers stream from every cloud
                that lets them; from Lambda with `payload: streamed` ([how](../adr/0060-streams-archives-buckets-and-clouds-that-left.md)).

                **Decides itself**: fields of a function that have no effect there; `weft plan` and `weft apply` say so where a document has
                one of them. It is what the function of [the example](../../examples/six-clouds) comes to: AWS takes `maxInstances` unless
                `account.concurrency` is `shared`, Azure `memory` with `account.plan: flex`, Code Engine's apps take `concurrency` and `maxInstances`, and custom runtimes on Alibaba
                `concurrency`. `minInstances` is refused where it can't be.

                A value of `env` that comes from a reference is a secret. **Bold**: the cloud has a store that the function refers to, and the account
                passes `CloudSecretsContract` with it. Elsewhere secrets are where all of the environment is, and whoever may read the function there may
                read them: Azure's Key Vault, OCI's Vault and Alibaba's KMS are reached by the function's own code, with an identity of its own
                ([why](../adr/0059-secrets-in-the-clouds-own-stores.md)).
                """);
        return page.toString();
    }

    private static String imported(CloudAccount account, Cloud.Type type) {
        assertThat(account).isInstanceOf(CloudAccount.WithCode.class);
        return switch (type) {
            case AWS, AZURE, GOOGLE, OPENWHISK, ALIBABA, WEFT -> "with its code | ";
            case CODE_ENGINE -> "with its code; apps name their image | ";
            case FN, OCI, KNATIVE -> "names its image | ";
            case DOCKER, LOCAL -> throw new IllegalArgumentException(type + " has no account");
        };
    }

    /** Of the example's function there. */
    private static String withoutEffect(CloudAccount account, Application documents) {
        Function function = documents.functions().stream()
                .filter(each -> each.spec().placement().clouds().stream()
                        .anyMatch(choice -> choice.name().equals(account.cloud())))
                .findFirst()
                .orElseThrow();
        CloudAccount.Packed packed = account.pack(function, documents.code().getOrDefault(function.name(), EXAMPLE));
        assertThat(packed).isInstanceOf(CloudAccount.Packed.As.class);
        Packing packing = ((CloudAccount.Packed.As) packed).packing();
        Artifact artifact = packing.form() == Packing.Form.IMAGE
                ? new Artifact.Image("registry.example/parcels:1", "hash")
                : new Artifact.Archive(packing.form(), EXAMPLE.resolve("weft.yaml"), "hash", 1, 1);
        Wanted wanted = new Wanted(
                "parcels", function, function.name(), artifact, function.spec().env());
        String fields = Stream.of(Open.values())
                .filter(each -> WithoutEffect.on(each, account, wanted, packing))
                .map(each -> '`' + each.field() + '`')
                .collect(Collectors.joining(", "));
        return fields.isEmpty() ? "–" : fields;
    }

    private static String secrets(CloudAccount account, Cloud.Type type) {
        String environment = ENVIRONMENTS.get(type);
        if (account instanceof CloudAccount.WithSecrets store) {
            assertThat(environment).isNull();
            return "**" + store.store() + "**";
        }
        return java.util.Objects.requireNonNull(environment);
    }

    private static String has(boolean can) {
        return can ? "yes | " : "– | ";
    }

    private static String how(Cloud.Type type) {
        return String.join(
                "; ",
                java.util.Objects.requireNonNull(PROOFS.get(type)).stream()
                        .map(each -> "`" + each.test() + "`: " + each.against())
                        .toList());
    }

    private static Application documents() {
        List<Path> paths = List.of(EXAMPLE, EXAMPLE.resolve("images"), EXAMPLE.resolve("weft"));
        Reading reading = DocumentReader.read(paths, System.getenv(), new FunctionCheck() {
            @Override
            public List<dev.weft.api.Mistake> check(Function function, Path code) {
                return List.of();
            }
        });
        assertThat(reading).isInstanceOf(Reading.Valid.class);
        Application documents = ((Reading.Valid) reading).application();
        assertThat(documents.clouds().stream().map(each -> each.spec().type()))
                .containsExactlyInAnyOrderElementsOf(PROOFS.keySet());
        return documents;
    }
}
