// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudAccount.WithVersions.Version;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the contract of accounts does not ask: versions, logs, code and rights, against moto. */
@Tag("system")
@Timeout(180)
class AwsOnMotoIT {
    private static Moto moto;

    @TempDir
    Path scratch;

    private final List<RestRequest> sent = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        moto = Moto.start();
    }

    @AfterAll
    static void stop() throws Exception {
        moto.close();
    }

    @AfterEach
    void forget() throws Exception {
        moto.reset();
    }

    private AwsAccount open(Map<String, String> environment) {
        Transport real = new JdkTransport();
        Transport watched = request -> {
            sent.add(request);
            // moto says where AWS keeps the code; there is only moto
            String host = String.valueOf(request.uri().getHost());
            return real.send(
                    host.startsWith("awslambda-")
                            ? RestRequest.of(
                                    request.tried(),
                                    "GET",
                                    moto.endpoint()
                                            .resolve("/code-of-theirs"
                                                    + request.uri().getRawPath()))
                            : request);
        };
        return (AwsAccount) new AwsVendor()
                .open(
                        Functions.cloud(moto.endpoint(), Map.of()),
                        new CloudVendor.Around(watched, environment, scratch, InstantSource.system()));
    }

    private Seen deploy(AwsAccount account, String answer, long mebibytes) throws Exception {
        Path folder = Files.createTempDirectory(scratch, "code");
        Function function =
                Functions.with(Functions.node("one", folder, answer), spec -> spec.memory = mebibytes << 20);
        Packing packing = ((CloudAccount.Packed.As) account.pack(function, folder)).packing();
        Wanted wanted = new Wanted(
                "shop",
                function,
                "one",
                Archives.pack(folder, packing, Files.createTempFile(scratch, "a", ".zip")),
                function.spec().env());
        return account.apply(wanted, packing, account.find("one"), Progress.NONE);
    }

    @Test
    void goingBackMovesTheAliasAndUploadsNothing() throws Exception {
        try (AwsAccount account = open(Functions.ENVIRONMENT)) {
            Seen first = deploy(account, "first", 256);
            Seen second = deploy(account, "second", 512);
            List<Version> versions = account.versions(second);
            assertThat(versions).extracting(Version::name).containsExactly("2", "1");
            assertThat(versions).extracting(Version::current).containsExactly(true, false);
            assertThat(versions)
                    .extracting(Version::code)
                    .containsExactly(
                            Objects.requireNonNull(second.owner()).code(),
                            Objects.requireNonNull(first.owner()).code());
            assertThat(versions).allSatisfy(each -> assertThat(each.published()).isNotNull());
            sent.clear();
            Seen back = account.point(second, versions.getLast(), Progress.NONE);
            assertThat(sent.stream()
                            .filter(each -> !each.method().equals("GET"))
                            .map(RestRequest::tried))
                    .containsExactly("UpdateAlias", "TagResource");
            assertThat(back.version()).isEqualTo("1");
            assertThat(back.settings()).isEqualTo(first.settings());
            assertThat(back.owner()).isEqualTo(first.owner());
            assertThat(back.codeTouched()).isFalse();
            assertThat(back.state()).isEqualTo(Seen.READY);
            assertThat(Boto3.run(moto.endpoint(), """
                    print(aws('lambda').get_alias(FunctionName='one', Name='weft')['FunctionVersion'])
                    print(aws('lambda').get_function_configuration(FunctionName='one', Qualifier='weft')['MemorySize'])
                    """).lines()).containsExactly("1", "256");
            // and forth again by the next apply
            Seen again = deploy(account, "second", 512);
            assertThat(again.settings()).isEqualTo(second.settings());
            assertThat(again.owner()).isEqualTo(second.owner());
        }
    }

    @Test
    void aVersionThatIsNotThereIsNotPointedTo() throws Exception {
        try (AwsAccount account = open(Functions.ENVIRONMENT)) {
            Seen seen = deploy(account, "first", 256);
            assertThatThrownBy(() -> account.point(seen, new Version("9", null, null, false), Progress.NONE))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("no version 9");
        }
    }

    @Test
    void logsAreReadOldestFirstAndAllPagesOfThem() throws Exception {
        try (AwsAccount account = open(Functions.ENVIRONMENT)) {
            Seen seen = deploy(account, "first", 256);
            assertThat(account.logs(seen, Instant.now().minusSeconds(60), 10)).isEmpty();
            Boto3.run(moto.endpoint(), """
                    import time
                    logs = aws('logs')
                    logs.create_log_group(logGroupName='/aws/lambda/one')
                    logs.create_log_stream(logGroupName='/aws/lambda/one', logStreamName='2026/11/29/[1]ab')
                    now = int(time.time() * 1000) - 30000
                    for batch in range(3):
                        logs.put_log_events(logGroupName='/aws/lambda/one', logStreamName='2026/11/29/[1]ab', logEvents=[
                            {'timestamp': now + batch * 5000 + i, 'message': 'line %d' % (batch * 5000 + i)} for i in range(5000)])
                    """);
            sent.clear();
            List<LogLine> lines = account.logs(seen, Instant.now().minusSeconds(300), 12_000);
            assertThat(sent).hasSizeGreaterThan(1);
            assertThat(lines).hasSize(12_000);
            assertThat(lines.getFirst().text()).isEqualTo("line 3000");
            assertThat(lines.getLast().text()).isEqualTo("line 14999");
            assertThat(lines.getLast().function()).isEqualTo("one");
            assertThat(lines.getLast().instance()).isEqualTo("ab");
            assertThat(account.logs(seen, Instant.now().plusSeconds(3600), 10)).isEmpty();
        }
    }

    @Test
    void whoFollowsHearsNewLinesOnce() throws Exception {
        try (AwsAccount account = open(Functions.ENVIRONMENT)) {
            Seen seen = deploy(account, "first", 256);
            List<String> heard = new CopyOnWriteArrayList<>();
            AtomicBoolean goOn = new AtomicBoolean(true);
            Thread following = Thread.ofVirtual().start(() -> {
                try {
                    account.follow(seen, line -> heard.add(line.text()), goOn::get);
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            });
            for (String text : List.of("one", "two")) {
                Boto3.run(moto.endpoint(), """
                        import time
                        logs = aws('logs')
                        try:
                            logs.create_log_group(logGroupName='/aws/lambda/one')
                            logs.create_log_stream(logGroupName='/aws/lambda/one', logStreamName='2026/11/29/[1]ab')
                        except logs.exceptions.ResourceAlreadyExistsException:
                            pass
                        logs.put_log_events(logGroupName='/aws/lambda/one', logStreamName='2026/11/29/[1]ab', logEvents=[
                            {'timestamp': int(time.time() * 1000) + 1000, 'message': '%s'}])
                        """.formatted(text));
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                while (!heard.contains(text) && System.nanoTime() < end) {
                    TimeUnit.MILLISECONDS.sleep(50);
                }
            }
            TimeUnit.SECONDS.sleep(3);
            goOn.set(false);
            following.join();
            assertThat(heard).containsExactly("one", "two");
        }
    }

    @Test
    void theCodeOfAFunctionIsFetched() throws Exception {
        Boto3.run(moto.endpoint(), """
                import io, zipfile
                code = io.BytesIO()
                with zipfile.ZipFile(code, 'w') as z:
                    z.writestr('index.mjs', 'export const handler = () => 1')
                    z.writestr('lib/more.mjs', 'more')
                aws('s3').create_bucket(Bucket='code-of-theirs', CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'},
                    ACL='public-read')
                aws('s3').put_object(Bucket='code-of-theirs', Key='one.zip', Body=code.getvalue(), ACL='public-read')
                aws('lambda').create_function(FunctionName='theirs', Role='%s', Runtime='nodejs20.x', Handler='index.handler',
                    Code={'S3Bucket': 'code-of-theirs', 'S3Key': 'one.zip'}, MemorySize=512, Timeout=7,
                    Environment={'Variables': {'THEIRS': 'secret-of-theirs'}})
                """.formatted(Moto.ROLE));
        try (AwsAccount account = open(Functions.ENVIRONMENT)) {
            Seen seen = Objects.requireNonNull(account.find("theirs"));
            assertThat(seen.owner()).isNull();
            Path folder = Files.createDirectories(scratch.resolve("fetched"));
            CloudAccount.WithCode.Found found = account.download(seen, folder);
            assertThat(folder.resolve("index.mjs")).hasContent("export const handler = () => 1");
            assertThat(folder.resolve("lib/more.mjs")).hasContent("more");
            assertThat(found.runtime()).isEqualTo("nodejs20.x");
            assertThat(found.handler()).isEqualTo("index.handler");
            assertThat(found.memoryBytes()).isEqualTo(512L << 20);
            assertThat(found.timeout().toSeconds()).isEqualTo(7);
            assertThat(found.env()).containsEntry("THEIRS", "secret-of-theirs");
            assertThat(found.toString()).doesNotContain("secret-of-theirs");
            assertThat(sent.getLast().headers())
                    .as("a stranger's address gets no signature")
                    .isEmpty();
        }
    }

    @Test
    void whatIsExaminedWorksOrSaysWhatToDo() throws Exception {
        try (AwsAccount account = open(Functions.ENVIRONMENT)) {
            assertThat(account.examine("shop")).hasSize(4).allSatisfy(each -> assertThat(each.works())
                    .as(each.toString())
                    .isTrue());
        }
        Map<String, String> forged = new HashMap<>(Functions.ENVIRONMENT);
        forged.put("AWS_SECRET_ACCESS_KEY", "another-secret");
        try (AwsAccount account = open(forged)) {
            List<CloudAccount.Finding> findings = new ArrayList<>(account.examine("shop"));
            assertThat(findings.removeFirst().works()).isTrue();
            assertThat(findings).isNotEmpty().allSatisfy(each -> {
                assertThat(each.works()).isFalse();
                assertThat(each.advice()).contains("clock");
                assertThat(each.toString()).doesNotContain("another-secret");
            });
        }
    }

    @Test
    void aKeyOfTheAccountsOwnIsNamedWithTheRightsItNeeds() throws Exception {
        String key = "arn:aws:kms:eu-west-1:123456789012:key/1234-abcd";
        CloudVendor.Around around =
                new CloudVendor.Around(new JdkTransport(), Functions.ENVIRONMENT, scratch, InstantSource.system());
        try (CloudAccount account =
                new AwsVendor().open(Functions.cloud(moto.endpoint(), Map.of("kmsKey", key)), around)) {
            assertThat(account.examine("shop").getLast().said())
                    .contains(key, "kms:CreateGrant", "kms:Decrypt for role functions");
        }
    }
}
