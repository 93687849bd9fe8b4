// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.clouds.aws.facade.AwsFacade;
import dev.weft.clouds.ibm.facade.OpenWhiskFacade;
import dev.weft.testkit.SampleFunction;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OwnTagsTest {
    private static Served served(Map<String, String> annotations) {
        Function sample = SampleFunction.http("one", "node").function();
        Map<String, String> labels = Map.of("team", "shop", "weft.dev/application", "shop", "weft.dev/function", "one");
        Function function = new Function(new Metadata("one", "default", labels, annotations), sample.spec());
        return new Served(function, Instant.EPOCH, "hash", 1);
    }

    private static final Functions ALL = new Functions() {
        private final Served its = served(Map.of(Draft.HOME, "aws"));

        @Override
        public List<Served> list(String namespace) {
            return List.of(its);
        }

        @Override
        public @Nullable Served find(String namespace, String name) {
            return its;
        }

        @Override
        public List<Served> versions(String namespace, String name) {
            return List.of(its);
        }

        @Override
        public Changed delete(String namespace, String name) {
            return new Changed.Done(its);
        }

        @Override
        public String logTail(String namespace, String function, String invocation) {
            return "";
        }
    };

    private static List<Served> shown(Functions functions) throws InterruptedException {
        Served found = functions.find("default", "one");
        assertThat(found).isNotNull();
        Changed changed = functions.delete("default", "one");
        return List.of(
                functions.list("default").getFirst(),
                found,
                functions.versions("default", "one").getFirst(),
                ((Changed.Done) changed).now());
    }

    @Test
    void tagsOfOwnershipAreShownByTheFacadeTheyWereWrittenThrough() throws Exception {
        assertThat(shown(new OwnTags(new AwsFacade(), ALL)))
                .allSatisfy(each -> assertThat(each.function().metadata().labels())
                        .containsOnlyKeys("team", "weft.dev/application", "weft.dev/function"));
    }

    @Test
    void andByNoOtherThatHidesNothingElse() throws Exception {
        assertThat(shown(new OwnTags(new OpenWhiskFacade(), ALL))).allSatisfy(each -> {
            assertThat(each.function().metadata().labels()).isEqualTo(Map.of("team", "shop"));
            assertThat(each.put()).isTrue();
            assertThat(each.code()).isEqualTo("hash");
        });
    }
}
