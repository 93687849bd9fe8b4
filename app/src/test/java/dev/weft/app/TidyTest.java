// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The numbers and names of the style guide, over every Java file of the repository. */
class TidyTest {
    private static final int FILE_LINES_MAX = 400;
    private static final int METHOD_LINES_MAX = 60;
    private static final int PARAMETERS_MAX = 5;
    private static final int PACKAGE_TYPES_MAX = 25;
    private static final Pattern REFUSED =
            Pattern.compile(".*(Impl|Utils?|Helper|Manager)|(Base|Abstract|Common|Default)[A-Z].*");
    private static final String LICENCE = "// SPDX-License-Identifier: Apache-2.0";

    private static final List<Path> FILES = new ArrayList<>();
    private static final List<String> METHODS_TOO_LONG = new ArrayList<>();
    private static final List<String> TOO_MANY_PARAMETERS = new ArrayList<>();
    private static final List<String> REFUSED_NAMES = new ArrayList<>();
    private static final Map<String, Set<String>> TYPES = new TreeMap<>();

    @BeforeAll
    static void parse() throws IOException {
        try (Stream<Path> all = Files.walk(root())) {
            all.filter(TidyTest::source).forEach(FILES::add);
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(FILES));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                unit.accept(new Measure(unit, positions), null);
            }
        }
    }

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("mvnw")) ? here : here.resolve("..").normalize();
    }

    private static boolean source(Path file) {
        String path = root().relativize(file).toString().replace('\\', '/');
        return path.endsWith(".java")
                && Stream.of("target/", "node_modules/", ".git/").noneMatch(path::contains);
    }

    @Test
    void thereIsSomethingToMeasure() {
        assertThat(FILES).hasSizeGreaterThan(50);
    }

    @Test
    void everyFileBeginsWithItsLicence() throws IOException {
        List<String> without = new ArrayList<>();
        for (Path file : FILES) {
            if (!Files.readAllLines(file).getFirst().equals(LICENCE)) {
                without.add(file.toString());
            }
        }
        assertThat(without).isEmpty();
    }

    @Test
    void noFileIsTooLong() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : FILES) {
            int lines = Files.readAllLines(file).size();
            if (lines > FILE_LINES_MAX) {
                tooLong.add(file + ": " + lines);
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void noMethodIsTooLong() {
        assertThat(METHODS_TOO_LONG).isEmpty();
    }

    @Test
    void nothingTakesTooManyParameters() {
        assertThat(TOO_MANY_PARAMETERS).isEmpty();
    }

    @Test
    void noTypeHasANameThatSaysNothing() {
        assertThat(REFUSED_NAMES).isEmpty();
    }

    @Test
    void noPackageHasTooManyTypes() {
        List<String> crowded = new ArrayList<>();
        TYPES.forEach((name, types) -> {
            if (types.size() > PACKAGE_TYPES_MAX) {
                crowded.add(name + ": " + types.size());
            }
        });
        assertThat(crowded).isEmpty();
    }

    @Test
    void thereAreNoNotesToSelf() throws IOException {
        // put together here, or this file would find itself
        Pattern note = Pattern.compile("\\b(" + String.join("|", "TO" + "DO", "FIX" + "ME") + ")\\b|@" + "author");
        List<String> found = new ArrayList<>();
        for (Path file : FILES) {
            if (note.matcher(Files.readString(file)).find()) {
                found.add(file.toString());
            }
        }
        assertThat(found).isEmpty();
    }

    /** Measures what is in one file. */
    private static final class Measure extends TreeScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final LineMap lines;
        private final boolean main;
        private int depth;
        private List<String> components = List.of();

        Measure(CompilationUnitTree unit, SourcePositions positions) {
            this.unit = unit;
            this.positions = positions;
            this.lines = unit.getLineMap();
            this.main = unit.getSourceFile().getName().contains("/src/main/");
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
            String name = type.getSimpleName().toString();
            if (REFUSED.matcher(name).matches()) {
                REFUSED_NAMES.add(where(type) + ' ' + name);
            }
            if (depth == 0 && main && unit.getPackageName() != null) {
                TYPES.computeIfAbsent(unit.getPackageName().toString(), key -> new HashSet<>())
                        .add(name);
            }
            List<String> outer = components;
            components = type.getKind() == Tree.Kind.RECORD
                    ? names(type.getMembers().stream()
                            .filter(member -> member instanceof VariableTree field
                                    && !field.getModifiers().getFlags().contains(Modifier.STATIC))
                            .map(VariableTree.class::cast)
                            .toList())
                    : List.of();
            depth++;
            super.visitClass(type, null);
            depth--;
            components = outer;
            return null;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
            long length =
                    line(positions.getEndPosition(unit, method)) - line(positions.getStartPosition(unit, method)) + 1;
            if (length > METHOD_LINES_MAX && !oneStatement(method)) {
                METHODS_TOO_LONG.add(where(method) + ' ' + method.getName() + ": " + length + " lines");
            }
            // a record's canonical constructor is its components, which are data and not a call to remember
            boolean compact = method.getName().contentEquals("<init>")
                    && names(method.getParameters()).equals(components);
            // what is overridden takes as many as somebody else wanted
            boolean overrides = method.getModifiers().getAnnotations().stream()
                    .anyMatch(each -> each.getAnnotationType().toString().equals("Override"));
            if (method.getParameters().size() > PARAMETERS_MAX && !compact && !overrides) {
                TOO_MANY_PARAMETERS.add(where(method) + ' ' + method.getName() + ": "
                        + method.getParameters().size());
            }
            return super.visitMethod(method, null);
        }

        private static List<String> names(List<? extends VariableTree> variables) {
            return variables.stream().map(each -> each.getName().toString()).toList();
        }

        /** A method that is one statement is a table or an expression: long, but nothing to follow. */
        private static boolean oneStatement(MethodTree method) {
            return method.getBody() != null
                    && method.getBody().getStatements().size() == 1
                    && method.getBody().getStatements().getFirst() instanceof ReturnTree;
        }

        private String where(Tree tree) {
            return unit.getSourceFile().getName() + ':' + line(positions.getStartPosition(unit, tree));
        }

        private long line(long position) {
            return position < 0 ? 0 : lines.getLineNumber(position);
        }
    }
}
