// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.JdkTransport;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.Transport;
import dev.weft.clouds.aws.AwsVendor;
import dev.weft.testkit.Archives;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Packages that are too large for Lambda's own requests, by moto's S3 to moto's Lambda; AWS's own client reads what is there. */
@Tag("system")
@Timeout(300)
class PackageBucketIT {
    private static final String BUCKET = "shop-packages";
    private static final int LARGE = 51 << 20;
    private static Moto moto;

    @TempDir
    private Path scratch;

    private final List<String> did = new ArrayList<>();
    private final List<String> sent = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        moto = Moto.start();
    }

    @AfterAll
    static void stop() {
        moto.close();
    }

    @AfterEach
    void forget() throws Exception {
        moto.reset();
    }

    private static void bucket() throws Exception {
        String ignored = Boto3.run(moto.endpoint(), """
                s3 = aws('s3')
                s3.create_bucket(Bucket='%s', CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'})
                for key in ('notes.txt', 'weft/shop/one/notes.txt', 'weft/shop/other/%s.zip'):
                    s3.put_object(Bucket='%s', Key=key, Body=b'theirs')
                """.formatted(BUCKET, "a".repeat(64), BUCKET));
    }

    private AwsAccount open() {
        Transport real = new JdkTransport();
        Transport watched = request -> {
            sent.add(request.tried());
            return real.send(request);
        };
        return (AwsAccount) new AwsVendor()
                .open(
                        Functions.cloud(moto.endpoint(), Map.of("bucket", BUCKET)),
                        new CloudVendor.Around(watched, Functions.ENVIRONMENT, scratch, InstantSource.system()));
    }

    /** Deploys code with so many bytes that don't pack. */
    private Seen deploy(AwsAccount account, String answer, int bytes, long mebibytes) throws Exception {
        Path folder = Files.createDirectories(scratch.resolve("code-" + answer));
        Function function =
                Functions.with(Functions.node("one", folder, answer), spec -> spec.memory = mebibytes << 20);
        byte[] random = new byte[bytes];
        new Random(answer.hashCode()).nextBytes(random);
        Files.write(folder.resolve("model.bin"), random);
        Packing packing = ((CloudAccount.Packed.As) account.pack(function, folder)).packing();
        Artifact archive = Archives.pack(folder, packing, Files.createTempFile(scratch, "a", ".zip"));
        Wanted wanted =
                new Wanted("shop", function, "one", archive, function.spec().env());
        assertThat(account.check(wanted, packing)).isEmpty();
        sent.clear();
        did.clear();
        return account.apply(wanted, packing, account.find("one"), did::add);
    }

    /** Objects in the bucket, and the function's digest and size. */
    private static List<String> there() throws Exception {
        return Boto3.run(moto.endpoint(), """
                        import hashlib
                        s3 = aws('s3')
                        for each in s3.list_objects_v2(Bucket='%s').get('Contents', []):
                            head = s3.head_object(Bucket='%s', Key=each['Key'], ChecksumMode='ENABLED')
                            tags = s3.get_object_tagging(Bucket='%s', Key=each['Key'])['TagSet']
                            body = s3.get_object(Bucket='%s', Key=each['Key'])['Body'].read()
                            right = hashlib.sha256(body).hexdigest() + '.zip' == each['Key'].split('/')[-1]
                            print(each['Key'].split('/')[:3], right, len(body) > 50 << 20, 'ChecksumSHA256' in head,
                                  sorted((tag['Key'], tag['Value']) for tag in tags))
                        """.formatted(BUCKET, BUCKET, BUCKET, BUCKET))
                .lines()
                .sorted()
                .toList();
    }

    private static final List<String> THEIRS = List.of(
            "['notes.txt'] False False False []",
            "['weft', 'shop', 'one'] False False False []",
            "['weft', 'shop', 'other'] False False False []");

    private static final String OURS =
            "['weft', 'shop', 'one'] True True True [('weft.dev/application', 'shop'), ('weft.dev/function', 'one')]";

    private static List<String> withOurs() {
        List<String> all = new ArrayList<>(THEIRS);
        all.add(OURS);
        return all.stream().sorted().toList();
    }

    private static String digest() throws Exception {
        return Boto3.run(
                        moto.endpoint(),
                        "print(aws('lambda').get_function_configuration(FunctionName='one', Qualifier='weft')['CodeSha256'])")
                .strip();
    }

    @Test
    void aLargePackageIsUploadedOnceAndOldOnesGo() throws Exception {
        bucket();
        try (AwsAccount account = open()) {
            assertThat(deploy(account, "first", LARGE, 256).state()).isEqualTo(Seen.READY);
            assertThat(sent).contains("PutObject").doesNotContain("DeleteObject");
            assertThat(there()).isEqualTo(withOurs());
            String first = digest();

            Seen same = deploy(account, "first", LARGE, 512);
            assertThat(same.settings()).containsEntry("memory", "512");
            assertThat(sent).doesNotContain("PutObject", "HeadObject", "UpdateFunctionCode");

            Seen second = deploy(account, "second", LARGE, 512);
            assertThat(second.codeTouched()).isFalse();
            assertThat(digest()).isNotEqualTo(first);
            assertThat(there()).isEqualTo(withOurs());
            assertThat(did).contains("removed 1 old package from bucket " + BUCKET);

            account.delete(second, did::add);
            assertThat(there()).isEqualTo(THEIRS);
        }
    }

    /** Ended between the upload and the function: the next apply finds the package. */
    @Test
    void aPackageThatIsThereAlreadyIsNotUploadedAgain() throws Exception {
        bucket();
        try (AwsAccount account = open()) {
            Seen first = deploy(account, "first", LARGE, 256);
            String ignored = Boto3.run(moto.endpoint(), "aws('lambda').delete_function(FunctionName='one')");
            assertThat(deploy(account, "first", LARGE, 256).owner()).isEqualTo(first.owner());
            assertThat(sent).contains("HeadObject", "CreateFunction").doesNotContain("PutObject");
            Seen small = deploy(account, "small", 100, 256);
            assertThat(sent).doesNotContain("PutObject", "HeadObject").contains("UpdateFunctionCode");
            assertThat(small.state()).isEqualTo(Seen.READY);
            assertThat(there()).isEqualTo(THEIRS);
        }
    }

    @Test
    void aBucketThatIsNotThereIsNamed() throws Exception {
        try (AwsAccount account = open()) {
            assertThatThrownBy(() -> deploy(account, "first", LARGE, 256))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("PutObject")
                    .hasMessageContaining("spec.account.bucket");
            assertThat(account.find("one")).isNull();
            assertThat(account.examine("shop"))
                    .filteredOn(each -> each.what().equals("bucket"))
                    .singleElement()
                    .satisfies(each -> assertThat(each.works()).isFalse());
            bucket();
            assertThat(account.examine("shop"))
                    .filteredOn(each -> each.what().equals("bucket"))
                    .singleElement()
                    .satisfies(each -> assertThat(each.works()).isTrue());
        }
    }

    @Test
    void aRequestToS3SaysTheHashOfItsBody() throws Exception {
        bucket();
        List<RestRequest> all = new CopyOnWriteArrayList<>();
        PackageBucket aws = new PackageBucket(
                new dev.weft.api.rest.RestClient(
                        request -> {
                            all.add(request);
                            return new dev.weft.api.rest.RestResponse(200, Map.of(), new byte[0]);
                        },
                        (request, now) -> request,
                        new AwsErrors(),
                        InstantSource.system()),
                java.net.URI.create("https://s3.eu-west-1.amazonaws.com"),
                BUCKET);
        assertThat(aws.tidy("shop", "one", "")).isZero();
        assertThat(all).singleElement().satisfies(request -> {
            assertThat(request.uri())
                    .hasToString(
                            "https://shop-packages.s3.eu-west-1.amazonaws.com?list-type=2&prefix=weft%2Fshop%2Fone%2F");
            assertThat(request.headers())
                    .containsEntry(
                            "x-amz-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        });
    }
}
