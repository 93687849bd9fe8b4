// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aliyun.oss.ClientBuilderConfiguration;
import com.aliyun.oss.OSS;
import com.aliyun.oss.OSSClientBuilder;
import com.aliyun.oss.common.auth.DefaultCredentialProvider;
import com.aliyun.oss.common.comm.SignVersion;
import com.aliyun.oss.model.ListObjectsV2Request;
import com.aliyun.oss.model.ListObjectsV2Result;
import com.aliyun.oss.model.ObjectMetadata;
import com.aliyun.oss.model.PutObjectResult;
import com.aliyun.oss.model.VoidResult;
import dev.weft.api.CloudException;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.JdkTransport;
import dev.weft.testkit.Archives;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packages that are too large for Function Compute's own requests, by a bucket; the same is asked of Alibaba's own client. */
class OssBucketIT {
    private static final int LARGE = (50 << 20) + 4096;
    private static final String THEIRS = "weft/shop/other/" + "a".repeat(64) + ".zip";

    @TempDir
    private Path scratch;

    private FakeFc fc;
    private FakeOss oss;
    private final List<String> did = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws Exception {
        fc = new FakeFc();
        oss = new FakeOss();
        fc.bucket = oss::get;
        for (String key : List.of("notes.txt", "weft/shop/one/notes.txt", THEIRS)) {
            oss.objects().put(key, new byte[] {1});
        }
    }

    @AfterEach
    void stop() {
        oss.close();
        fc.close();
    }

    private CloudAccount open() {
        Cloud cloud = AlibabaSamples.cloud(
                fc.endpoint(),
                Map.of("account", "1234567890123456", "bucket", FakeOss.BUCKET, "ossEndpoint", oss.endpoint()));
        return new AlibabaVendor()
                .open(
                        cloud,
                        new CloudVendor.Around(
                                new JdkTransport(), AlibabaSamples.ENVIRONMENT, scratch, InstantSource.system()));
    }

    /** Deploys code with so many bytes that don't pack. */
    private Seen deploy(CloudAccount account, String answer, int bytes) throws Exception {
        Path folder = Files.createDirectories(scratch.resolve("code-" + answer));
        Files.writeString(folder.resolve("index.js"), "exports.handler = async () => '" + answer + "';\n");
        byte[] random = new byte[bytes];
        new Random(answer.hashCode()).nextBytes(random);
        Files.write(folder.resolve("model.bin"), random);
        Function function = AlibabaSamples.node("one");
        Packing packing = ((CloudAccount.Packed.As) account.pack(function, folder)).packing();
        Artifact archive = Archives.pack(folder, packing, Files.createTempFile(scratch, "a", ".zip"));
        Wanted wanted = new Wanted("shop", function, "one", archive, Map.of());
        assertThat(account.check(wanted, packing)).isEmpty();
        oss.forget();
        did.clear();
        return account.apply(wanted, packing, account.find("one"), did::add);
    }

    private Set<String> ours() {
        Set<String> keys = new HashSet<>(oss.objects().keySet());
        keys.removeAll(Set.of("notes.txt", "weft/shop/one/notes.txt", THEIRS));
        return keys;
    }

    private List<String> methods() {
        return oss.came().stream().map(FakeFc.Came::method).toList();
    }

    @Test
    void aLargePackageIsUploadedOnceAndOldOnesGo() throws Exception {
        try (CloudAccount account = open()) {
            Seen first = deploy(account, "first", LARGE);
            assertThat(first.state()).isEqualTo(Seen.READY);
            assertThat(ours()).singleElement().asString().matches("weft/shop/one/[0-9a-f]{64}\\.zip");
            String kept = ours().iterator().next();

            assertThat(deploy(account, "first", LARGE).owner()).isEqualTo(first.owner());
            assertThat(oss.came()).isEmpty();

            Seen second = deploy(account, "second", LARGE);
            assertThat(second.codeTouched()).isFalse();
            assertThat(ours()).hasSize(1).doesNotContain(kept);
            assertThat(did).contains("removed 1 old package from bucket " + FakeOss.BUCKET);

            account.delete(second, did::add);
            assertThat(ours()).isEmpty();
            assertThat(oss.objects()).hasSize(3);
        }
    }

    /** Ended between the upload and the function: the next apply finds the package. */
    @Test
    void aPackageThatIsThereAlreadyIsNotUploadedAgain() throws Exception {
        try (CloudAccount account = open()) {
            deploy(account, "first", LARGE);
            byte[] package1 = oss.get(FakeOss.BUCKET, ours().iterator().next());
            Seen seen = deploy(account, "small", 100);
            assertThat(seen.codeTouched()).isFalse();
            assertThat(methods()).containsExactly("GET", "DELETE");
            assertThat(ours()).isEmpty();
            oss.objects().put("weft/shop/one/" + dev.weft.api.Sha256.hex(package1) + ".zip", package1);
            deploy(account, "first", LARGE);
            assertThat(methods()).contains("HEAD").doesNotContain("PUT");
        }
    }

    @Test
    void aBucketThatIsNotThereIsNamedAndNothingIsMade() throws Exception {
        try (CloudAccount account = open()) {
            oss.refusal = "NoSuchBucket";
            assertThatThrownBy(() -> deploy(account, "first", LARGE))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("PutObject")
                    .hasMessageContaining("request-")
                    .hasMessageContaining("spec.account.bucket");
            assertThat(account.find("one")).isNull();
            assertThat(examined(account).works()).isFalse();
            oss.refusal = "";
            assertThat(examined(account).works()).isTrue();
            assertThat(account.permissions(List.of()))
                    .contains("oss:PutObject", "acs:oss:*:*:" + FakeOss.BUCKET + "/weft/*");
        }
    }

    private static CloudAccount.Finding examined(CloudAccount account) {
        return account.examine("shop").stream()
                .filter(each -> each.what().equals("bucket"))
                .findFirst()
                .orElseThrow();
    }

    /** Its client's requests pass {@link FakeOss}'s check, so our signer makes of them what Alibaba's made. */
    @Test
    void itIsWhatAlibabasOwnClientSends() throws Exception {
        List<FakeFc.Came> ours = new ArrayList<>();
        byte[] zip;
        String key;
        try (CloudAccount account = open()) {
            deploy(account, "first", LARGE);
            key = ours().iterator().next();
            zip = oss.get(FakeOss.BUCKET, key);
            ours.addAll(oss.came());
            deploy(account, "small", 100);
            ours.addAll(oss.came());
        }
        oss.objects().put(key, zip);
        oss.forget();
        client(zip, key);
        for (String method : List.of("HEAD", "PUT", "GET", "DELETE")) {
            FakeFc.Came theirs = only(oss.came(), method);
            FakeFc.Came own = only(ours, method);
            assertThat(theirs.fields().get("authorization")).startsWith("OSS4-HMAC-SHA256 Credential=" + FakeFc.KEY);
            assertThat(own.path()).isEqualTo(theirs.path());
            assertThat(own.query()).isEqualTo(theirs.query());
            assertThat(meaningful(own)).isEqualTo(meaningful(theirs));
            assertThat(own.body()).isEqualTo(theirs.body());
        }
    }

    private static FakeFc.Came only(List<FakeFc.Came> came, String method) {
        return came.stream()
                .filter(each -> each.method().equals(method))
                .findFirst()
                .orElseThrow();
    }

    /** What is said of the object; the signature is checked on its own. */
    private static Map<String, String> meaningful(FakeFc.Came request) {
        Map<String, String> fields = new TreeMap<>(request.fields());
        fields.keySet()
                .removeIf(each ->
                        !each.startsWith("x-oss-") && !each.equals("content-type") && !each.equals("content-md5"));
        fields.remove("x-oss-date");
        if (request.body().length == 0) {
            fields.remove("content-type");
        }
        return fields;
    }

    private void client(byte[] zip, String key) throws Exception {
        ClientBuilderConfiguration configuration = new ClientBuilderConfiguration();
        configuration.setSignatureVersion(SignVersion.V4);
        configuration.setSLDEnabled(true);
        OSS client = OSSClientBuilder.create()
                .endpoint(oss.endpoint())
                .credentialsProvider(new DefaultCredentialProvider(FakeFc.KEY, FakeFc.SECRET))
                .clientConfiguration(configuration)
                .region(FakeOss.REGION)
                .build();
        try {
            ObjectMetadata there = client.headObject(FakeOss.BUCKET, key);
            assertThat(there.getContentLength()).isEqualTo(zip.length);
            ObjectMetadata said = new ObjectMetadata();
            said.setContentType("application/zip");
            said.setContentLength(zip.length);
            said.setContentMD5(java.util.Base64.getEncoder()
                    .encodeToString(
                            java.security.MessageDigest.getInstance("MD5").digest(zip)));
            said.setObjectTagging(new TreeMap<>(Map.of("weft.dev/application", "shop", "weft.dev/function", "one")));
            PutObjectResult put = client.putObject(FakeOss.BUCKET, key, new ByteArrayInputStream(zip), said);
            assertThat(put.getRequestId()).startsWith("request-");
            ListObjectsV2Request list = new ListObjectsV2Request(FakeOss.BUCKET, "weft/shop/one/");
            ListObjectsV2Result found = client.listObjectsV2(list);
            assertThat(found.getObjectSummaries())
                    .extracting(each -> each.getKey())
                    .contains(key);
            VoidResult ignored = client.deleteObject(FakeOss.BUCKET, key);
            assertThat(oss.objects()).doesNotContainKey(key);
        } finally {
            client.shutdown();
        }
    }
}
