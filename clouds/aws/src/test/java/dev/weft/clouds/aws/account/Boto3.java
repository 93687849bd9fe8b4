// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** AWS's own client for Python, for what tests do by other means than Weft's. What is missing fails the test. */
public final class Boto3 {
    private static final int SECONDS_MAX = 60;

    private static final String BEGIN = """
            import os, sys
            try:
                import boto3, botocore
            except ImportError as missing:
                sys.exit('%s: this test needs boto3; pip install boto3, or let WEFT_PYTHON name a Python that has it' % missing)
            def aws(service):
                return boto3.client(service, endpoint_url=os.environ['ENDPOINT'], region_name='eu-west-1',
                    aws_access_key_id='AKIDEXAMPLE0000', aws_secret_access_key='secret-of-the-test-client')
            """;

    private Boto3() {}

    /** A Python that has moto, botocore and boto3: WEFT_PYTHON, else python3. */
    static String interpreter() {
        String said = System.getenv("WEFT_PYTHON");
        return said == null || said.isBlank() ? "python3" : said;
    }

    /** What the script prints; {@code aws(service)} is a client in it. */
    public static String run(URI endpoint, String script) throws IOException, InterruptedException {
        return python(BEGIN + script, Map.of("ENDPOINT", endpoint.toString()));
    }

    /** What a script prints in an environment that holds nothing of AWS but {@code environment}. */
    public static String python(String script, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path file = Files.createTempFile("script", ".py");
        Path out = Files.createTempFile("script", ".out");
        try {
            Files.writeString(file, script);
            ProcessBuilder builder = new ProcessBuilder(interpreter(), file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(SECONDS_MAX, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            String said = Files.readString(out, StandardCharsets.UTF_8);
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError("a script of the test failed: " + said);
            }
            return said;
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(out);
        }
    }
}
