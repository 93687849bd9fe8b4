// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Checked-in pages say what the records say; {@code -Dweft.regenerate=true} writes them anew. */
class GeneratedPagesTest {
    private static final Path REFERENCE = Path.of("../docs/reference");

    @Test
    void theSchemaIsThatOfTheRecords() throws Exception {
        same("weft.schema.json", JsonSchema.generate());
    }

    @Test
    void theReferencePageIsThatOfTheRecords() throws Exception {
        same("weft-yaml.md", ReferencePage.generate());
    }

    private static void same(String name, String generated) throws Exception {
        Path file = REFERENCE.resolve(name);
        if (Boolean.getBoolean("weft.regenerate")) {
            Files.createDirectories(REFERENCE);
            Files.writeString(file, generated);
        }
        assertThat(file)
                .as("rewrite it by: mvn -pl control test -Dtest=GeneratedPagesTest -Dweft.regenerate=true")
                .hasContent(generated);
    }
}
