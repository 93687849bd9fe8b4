// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** In {@link Workspace#ALL}, {@code from} becomes {@code to}; then these are the mistakes, to the letter. */
record Broken(String from, String to, List<String> mistakes) {
    static Broken change(String from, String to, String... mistakes) {
        return new Broken(from, to, Arrays.asList(mistakes));
    }

    String yaml() {
        assertThat(Workspace.ALL).contains(from);
        return Workspace.ALL.replaceFirst(Pattern.quote(from), Matcher.quoteReplacement(to));
    }

    void check(Path folder) {
        assertThat(new Workspace(folder).mistakes(yaml())).containsExactlyElementsOf(mistakes);
    }

    @Override
    public String toString() {
        return from.strip() + " -> " + to.strip();
    }
}
