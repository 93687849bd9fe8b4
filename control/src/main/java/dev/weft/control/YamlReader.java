// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.Mistake;
import dev.weft.api.Mistake.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** One file of YAML 1.2 (or JSON, which is a part of it) as trees with positions, within limits. */
final class YamlReader {
    /** Size of a file. */
    static final int FILE_BYTES_MAX = 1 << 20;
    /** Documents in a file. */
    static final int DOCUMENTS_MAX = 1000;
    /** Collections within collections. */
    static final int NESTING_MAX = 32;
    /** Aliases ({@code *name}) in a file. */
    static final int ALIASES_MAX = 100;

    private final String file;
    private final List<Mistake> mistakes;

    /** Mistakes go to {@code mistakes}; positions name the file as {@code file}. */
    YamlReader(String file, List<Mistake> mistakes) {
        this.file = file;
        this.mistakes = mistakes;
    }

    /** The file as it is now; null, and noted, where it cannot be read or is too large. */
    byte @Nullable [] bytes(Path path) {
        try {
            long size = Files.size(path);
            if (size > FILE_BYTES_MAX) {
                wrong(
                        Optional.empty(),
                        "is larger than a document may be: " + size + " of " + FILE_BYTES_MAX + " bytes");
                return null;
            }
            return Files.readAllBytes(path);
        } catch (IOException unreadable) {
            wrong(Optional.empty(), "cannot be read: " + unreadable.getMessage());
            return null;
        }
    }

    /** The documents in {@code bytes}, without empty ones; none where a limit is passed or it is not YAML to its end. */
    List<Node> read(byte[] bytes) {
        String text = text(bytes);
        if (text == null) {
            return List.of();
        }
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setUseMarks(true)
                .setSchema(new CoreSchema())
                .setAllowNonScalarKeys(true) // the binder says where they stand
                .setMaxAliasesForCollections(ALIASES_MAX)
                .setCodePointLimit(FILE_BYTES_MAX)
                .build();
        List<Node> documents = new ArrayList<>();
        try {
            Composer composer = new Composer(
                    settings, new LimitedParser(new ParserImpl(settings, new StreamReader(settings, text))));
            while (composer.hasNext()) {
                Node node = composer.next();
                if (!node.getTag().equals(Tag.NULL)) {
                    documents.add(node);
                }
            }
            return documents;
        } catch (PastLimitException past) {
            wrong(past.getProblemMark(), past.getProblem());
        } catch (MarkedYamlEngineException notYaml) {
            Optional<Mark> mark = notYaml.getProblemMark().or(notYaml::getContextMark);
            wrong(mark, "is not YAML: " + said(notYaml));
        } catch (YamlEngineException notYaml) {
            wrong(Optional.empty(), "is not YAML: " + firstLine(String.valueOf(notYaml.getMessage())));
        }
        return List.of();
    }

    private @Nullable String text(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException notText) {
            wrong(Optional.empty(), "is not UTF-8 text");
            return null;
        }
    }

    /** Looks at each event before the tree grows by it: a tree may be much larger than its text. */
    private static final class LimitedParser implements Parser {
        private final Parser parser;
        private int documents;
        private int depth;
        private int aliases;

        LimitedParser(Parser parser) {
            this.parser = parser;
        }

        @Override
        public boolean hasNext() {
            return parser.hasNext();
        }

        @Override
        public boolean checkEvent(Event.ID kind) {
            return parser.checkEvent(kind);
        }

        @Override
        public Event peekEvent() {
            return parser.peekEvent();
        }

        @Override
        public Event next() {
            Event event = parser.next();
            if (event instanceof DocumentStartEvent && ++documents > DOCUMENTS_MAX) {
                throw new PastLimitException("more than " + DOCUMENTS_MAX + " documents in one file", event);
            } else if (event instanceof CollectionStartEvent && ++depth > NESTING_MAX) {
                throw new PastLimitException("nested deeper than " + NESTING_MAX, event);
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            } else if (event instanceof AliasEvent && ++aliases > ALIASES_MAX) {
                throw new PastLimitException("more than " + ALIASES_MAX + " aliases in one file", event);
            }
            return event;
        }
    }

    /** The file is YAML so far, and more of it than is read. */
    private static final class PastLimitException extends MarkedYamlEngineException {
        private static final long serialVersionUID = 1;

        PastLimitException(String over, Event event) {
            super(null, Optional.empty(), over, event.getStartMark());
        }
    }

    private static String said(MarkedYamlEngineException notYaml) {
        String problem = firstLine(String.valueOf(notYaml.getProblem()));
        if (problem.contains("(TAB)")) {
            return "found a tab; indent with spaces";
        }
        String context = notYaml.getContext();
        return context == null || context.isBlank() ? problem : firstLine(context) + ", " + problem;
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("").strip();
    }

    private void wrong(Optional<Mark> mark, String message) {
        Position position = mark.map(at -> new Position(file, at.getLine() + 1, at.getColumn() + 1))
                .orElseGet(() -> new Position(file, 1, 1));
        mistakes.add(new Mistake(position, "document", null, message));
    }
}
