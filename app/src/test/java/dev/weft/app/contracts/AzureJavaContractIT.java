// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.resource.Function;
import dev.weft.clouds.azure.AzureHost;
import dev.weft.testkit.SampleFunction;
import java.nio.file.Path;
import java.util.OptionalLong;

class AzureJavaContractIT extends ContractOnEngine {
    private static final String CLASS = """
            import com.microsoft.azure.functions.*;
            import com.microsoft.azure.functions.annotation.*;
            import java.util.*;

            public class Greeter {
                static int count;
                static final boolean READY = START;

                static boolean fail() { System.out.println("no such module"); throw new IllegalStateException("no such module"); }

                @FunctionName("greet")
                public Object greet(
                        @HttpTrigger(name = "req", methods = {HttpMethod.GET, HttpMethod.POST})
                                HttpRequestMessage<Optional<TYPE>> request,
                        ExecutionContext context) throws Exception {
                    BEHAVE
                }
            }
            """;

    @Override
    protected SampleFunction function(Behaviour behaviour) {
        String does =
                switch (behaviour) {
                    case HELLO, BROKEN -> "return \"hello \" + request.getBody().orElse(\"\");";
                    case LARGE -> "return \"x\".repeat(101 << 20);";
                    case FAILING -> "throw new IllegalStateException(\"out of stock\");";
                    case SLOW -> "Thread.sleep(10_000); return \"late\";";
                    case CRASHING -> "System.out.println(\"last words\"); System.exit(7); return null;";
                    case ECHO ->
                        "return request.createResponseBuilder(HttpStatus.OK)"
                                + ".header(\"content-type\", \"application/octet-stream\")"
                                + ".body(request.getBody().get()).build();";
                    case COUNTING -> "return String.valueOf(++count);";
                    case PRINTING ->
                        "String who = request.getBody().get().split(\"\\\"\")[3];"
                                + " context.getLogger().info(\"out \" + who);"
                                + " context.getLogger().severe(\"err \" + who); return null;";
                    case GREEDY -> "List<byte[]> all = new ArrayList<>(); for (;;) { all.add(new byte[1 << 20]); }";
                };
        Path code = under.code("greeter", "host.json", "{\"version\": \"2.0\"}");
        AzureClasses.compile(
                code,
                "Greeter",
                CLASS.replace("BEHAVE", does)
                        .replace("TYPE", behaviour == Behaviour.ECHO ? "byte[]" : "String")
                        .replace("START", behaviour == Behaviour.BROKEN ? "fail()" : "true"));
        return SampleFunction.handler("greeter", Function.Contract.AZURE_FUNCTIONS, "java21", "greet");
    }

    @Override
    protected OptionalLong bodyBytesMax() {
        return OptionalLong.of(AzureHost.REQUEST_BYTES_MAX);
    }

    @Override
    protected boolean answersStream() {
        return true;
    }
}
