// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import dev.weft.api.spi.HostFiles;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles a Java function against Azure's annotation library, as its writer's build would. */
final class AzureClasses {
    private AzureClasses() {}

    /** Puts the classes of {@code source}, which declares class {@code name}, into {@code folder}. */
    static void compile(Path folder, String name, String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        String classpath = HostFiles.classes(HttpTrigger.class) + ":" + HostFiles.classes(HttpRequestMessage.class);
        StringWriter said = new StringWriter();
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        boolean compiled = compiler.getTask(
                        said,
                        null,
                        null,
                        List.of("-d", folder.toString(), "-classpath", classpath, "-proc:none", "--release", "25"),
                        null,
                        List.of(file))
                .call();
        assertThat(compiled).as(said.toString()).isTrue();
    }
}
