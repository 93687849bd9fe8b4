// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.RestClient;
import dev.weft.testkit.Archives;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key that seals the environment, which is where AWS keeps secrets. What boto3 sends for it is in {@link ClientRequestsIT}; moto knows no such key. */
class KmsKeyTest {
    private static final String KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234-abcd";
    private static final String OTHER = "arn:aws:kms:eu-west-1:123456789012:key/5678-abcd";
    private static final URI ENDPOINT = URI.create("https://aws.example");
    private static final Packing PACKING = Packing.own(Packing.Form.ZIP, "index.handler", "nodejs20.x");

    @TempDir
    private Path scratch;

    private final LambdaApi api = new LambdaApi(
            new RestClient(
                    new FakeLambda(), (request, now) -> request, new AwsErrors(), InstantSource.system(), time -> {}),
            ENDPOINT);

    private static AccountOptions options(@Nullable String key) {
        return new AccountOptions(Moto.ROLE, key, null, true, null);
    }

    private Wanted wanted() throws Exception {
        Path folder = Files.createTempDirectory(scratch, "code");
        Function function = Functions.node("one", folder, "first");
        Artifact artifact = Archives.pack(folder, PACKING, Files.createTempFile(scratch, "a", ".zip"));
        Map<String, String> env = Map.of("API_KEY", "hush");
        return new Wanted("shop", function, "one", artifact, env, env.keySet());
    }

    private @Nullable Snapshot now() {
        return api.function("one") == null
                ? null
                : new Snapshot(Objects.requireNonNull(api.function("one")), api.configuration("one", Snapshot.ALIAS));
    }

    private Seen seen() {
        return Objects.requireNonNull(now()).seen(ENDPOINT, Functions.REGION);
    }

    @Test
    void theKeyIsOneSettingThatComesChangesAndGoes() throws Exception {
        Map<String, String> before = Map.of();
        for (String key : new String[] {KEY, OTHER, null, KEY}) {
            Wanted wanted = wanted();
            Map<String, String> settings = LambdaSettings.of(wanted, PACKING, options(key));
            if (!before.isEmpty()) {
                Map<String, String> same = new HashMap<>(before);
                same.remove("kmsKey");
                assertThat(settings).containsAllEntriesOf(same);
                assertThat(settings.get("kmsKey")).isNotEqualTo(before.get("kmsKey"));
            }
            new Deployment(new Deployment.Reach(api, null, time -> {}), options(key), wanted, PACKING)
                    .run(now(), Progress.NONE);
            assertThat(seen().settings()).isEqualTo(settings);
            before = settings;
        }
        // AWS has no store beside the environment: what is secret is sealed there
        assertThat(before.get("env.API_KEY")).isEqualTo(Ownership.sealed("one", "API_KEY", "hush"));
    }
}
