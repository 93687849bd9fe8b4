// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.clouds.aws.AwsVendor;
import dev.weft.testkit.CloudAccountContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** Against moto. */
@Tag("system")
@Timeout(300)
class AwsAccountIT extends CloudAccountContract {
    private static Moto moto;

    @BeforeAll
    static void start() throws Exception {
        moto = Moto.start();
    }

    @AfterAll
    static void stop() throws Exception {
        moto.close();
    }

    @Override
    protected CloudVendor vendor() {
        return new AwsVendor();
    }

    @Override
    protected Cloud cloud() {
        return Functions.cloud(moto.endpoint(), Map.of());
    }

    @Override
    protected Map<String, String> environment() {
        return Functions.ENVIRONMENT;
    }

    @Override
    protected Function function(String name, Path folder, String answer) throws IOException {
        return Functions.node(name, folder, answer);
    }

    @Override
    protected Function other(Function function) {
        return Functions.with(function, spec -> spec.memory = 512L << 20);
    }

    @Override
    protected boolean foreign(String name) throws Exception {
        Boto3.run(moto.endpoint(), """
                import io, zipfile
                code = io.BytesIO()
                with zipfile.ZipFile(code, 'w') as z:
                    z.writestr('index.mjs', 'export const handler = () => 1')
                aws('lambda').create_function(FunctionName='%s', Role='%s', Runtime='nodejs20.x', Handler='index.handler',
                    Code={'ZipFile': code.getvalue()}, Environment={'Variables': {'THEIRS': 'secret-of-theirs'}})
                """.formatted(name, Moto.ROLE));
        return true;
    }

    @Override
    protected void cleanUp() throws Exception {
        moto.reset();
    }
}
