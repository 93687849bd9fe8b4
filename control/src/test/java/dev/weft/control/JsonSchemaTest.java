// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** The schema, judged by a validator we did not write, says what the reader says. */
class JsonSchemaTest {
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(JsonSchema.generate(), InputFormat.JSON);

    /** What a schema of single documents and single fields cannot say; the reader alone does. */
    private static final Set<String> BEYOND = Set.of(
            "spec.handler: stands here twice",
            "metadata.namespace: 'shop'",
            "spec.handler: is required by contract",
            "spec.handler: 'index.handler': must be text, without the tag",
            "spec.memory: '1Mi'",
            "spec.timeout: '2h'",
            "spec.env.KEY: ",
            "a key must be text, not a list");

    @TempDir
    Path folder;

    @Test
    void itIsASchemaItself() throws Exception {
        Schema meta = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

        assertThat(meta.validate(JsonSchema.generate(), InputFormat.JSON)).isEmpty();
    }

    @Test
    void everyExampleIsValidForBoth() throws Exception {
        try (Stream<Path> all = Files.walk(Path.of("../examples"))) {
            List<Path> examples = all.filter(DocumentReader::isDocument)
                    .filter(file -> !file.toString().contains("node_modules"))
                    .toList();
            assertThat(examples).isNotEmpty();
            for (Path example : examples) {
                assertThat(errors(Files.readString(example)))
                        .as(example.toString())
                        .isEmpty();
            }
            // documents name each other across the files of a folder
            assertThat(examples.stream().map(Path::getParent).distinct())
                    .allSatisfy(together -> assertThat(DocumentReader.read(List.of(together), System.getenv()))
                            .as("%s", together)
                            .isInstanceOf(Reading.Valid.class));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "memory: 268435456",
                "memory: 1Gi",
                "timeout: 1m30s",
                "env:",
                "env: {A: \"1\", _b: \"\"}",
                "idempotent: true",
                "payload: raw",
                "minInstances: 1",
                "concurrency: 1000"
            })
    void bothTake(String field) {
        String yaml = Workspace.ALL.replace("  handler:", "  " + field + "\n  handler:");

        assertThat(new Workspace(folder).mistakes(yaml)).isEmpty();
        assertThat(errors(yaml)).isEmpty();
    }

    static Stream<Broken> broken() {
        return Stream.of(BrokenDocumentsTest.heads(), BrokenDocumentsTest.shapes(), BrokenDocumentsTest.values())
                .flatMap(each -> each);
    }

    @ParameterizedTest
    @MethodSource("broken")
    void bothRefuse(Broken broken) {
        boolean beyond =
                broken.mistakes().stream().allMatch(mistake -> BEYOND.stream().anyMatch(mistake::contains));
        if (!beyond) {
            assertThat(errors(broken.yaml())).isNotEmpty();
        }
    }

    private static List<Error> errors(String yaml) {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setAllowDuplicateKeys(true)
                .build();
        List<Error> errors = new ArrayList<>();
        for (Object document : new Load(settings).loadAllFromString(yaml)) {
            if (document != null) {
                errors.addAll(SCHEMA.validate(
                        JsonText.write(document instanceof Map<?, ?> map ? map : List.of()), InputFormat.JSON));
            }
        }
        return errors;
    }
}
