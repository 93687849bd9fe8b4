// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.testkit.PlayedCloud;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lambda, played by moto; changed by boto3. */
public final class PlayedAws implements PlayedCloud {
    private final Moto moto;

    /** Starts it. */
    public PlayedAws() throws Exception {
        moto = Moto.start();
    }

    @Override
    public URI endpoint() {
        return moto.endpoint();
    }

    @Override
    public Map<String, String> account() {
        return Map.of("role", Moto.ROLE);
    }

    @Override
    public Map<String, String> environment(Path home) {
        return Functions.ENVIRONMENT;
    }

    /** moto lets everybody in. */
    @Override
    public Map<String, String> wrongEnvironment(Path home) {
        return Map.of();
    }

    @Override
    public List<String> secrets() {
        return List.of(Functions.ENVIRONMENT.getOrDefault("AWS_SECRET_ACCESS_KEY", ""), "secret-of-theirs");
    }

    @Override
    public void foreign(String name) throws Exception {
        String ignored = Boto3.run(moto.endpoint(), """
                import io, zipfile
                code = io.BytesIO()
                with zipfile.ZipFile(code, 'w') as z:
                    z.writestr('index.mjs', 'export const handler = () => 1')
                aws('lambda').create_function(FunctionName='%s', Role='%s', Runtime='nodejs20.x', Handler='index.handler',
                    Code={'ZipFile': code.getvalue()}, Environment={'Variables': {'THEIRS': 'secret-of-theirs'}})
                """.formatted(name, Moto.ROLE));
    }

    @Override
    public void touch(String name) throws Exception {
        String ignored = Boto3.run(
                moto.endpoint(),
                "aws('lambda').update_function_configuration(FunctionName='%s', MemorySize=1024)".formatted(name));
    }

    @Override
    public Set<String> names() throws Exception {
        String said = Boto3.run(
                moto.endpoint(),
                "print(' '.join(each['FunctionName'] for each in aws('lambda').list_functions()['Functions']))");
        return said.isBlank() ? Set.of() : Set.of(said.strip().split(" ", -1));
    }

    @Override
    public void close() {
        moto.close();
    }
}
