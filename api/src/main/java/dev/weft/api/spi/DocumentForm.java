// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.spi;

import dev.weft.api.Mistake;
import java.util.List;
import java.util.Map;

/** Documents of another API that say what a function is, read as if they were Weft's own. Found by ServiceLoader. Pure. */
public interface DocumentForm {
    /** Of the documents that it reads. */
    String apiVersion();

    /** Of the documents that it reads. */
    String kind();

    /**
     * What {@code document} comes to.
     *
     * @param document maps, lists, texts, numbers and truth values, as YAML has them
     */
    Read read(Map<String, Object> document);

    /** What a document comes to. */
    sealed interface Read {
        /** This Function's document, of the same kinds of values. */
        record As(Map<String, Object> function) implements Read {}

        /** Nothing: {@code mistakes} name the document's own fields. */
        record Wrong(List<Mistake> mistakes) implements Read {}
    }
}
