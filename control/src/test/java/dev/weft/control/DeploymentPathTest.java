// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.spi.FunctionCloud;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentPathTest {
    private static final String TWO_CLOUDS = Workspace.CLOUD + "---\n" + Workspace.CLOUD.replace("aws-eu", "cellar")
            + "---\n" + Workspace.FUNCTION.replace("[{name: aws-eu}]", "[{name: aws-eu}, {name: cellar}]");
    private static final String TWO_FUNCTIONS =
            TWO_CLOUDS + "---\n" + Workspace.FUNCTION.replace("name: checkout", "name: catalog");

    @TempDir
    Path folder;

    private final FakeCloud aws = new FakeCloud("aws-eu");
    private final FakeCloud cellar = new FakeCloud("cellar");
    private final Map<String, FunctionCloud> clouds = new ConcurrentHashMap<>(Map.of("aws-eu", aws, "cellar", cellar));
    private final List<Step.Result> told = new CopyOnWriteArrayList<>();
    private final DeploymentPath path = new DeploymentPath(clouds, told::add);
    private Workspace workspace;

    @BeforeEach
    void open() {
        workspace = new Workspace(folder);
    }

    @Test
    void everyPlacementIsDeployedOnceAndThenKept() throws Exception {
        Application application = workspace.valid(TWO_CLOUDS);

        assertThat(path.plan(application).steps())
                .containsExactly(new Step.Create("checkout", "aws-eu"), new Step.Create("checkout", "cellar"));
        assertThat(path.apply(application).complete()).isTrue();
        assertThat(path.apply(application).complete()).isTrue();

        assertThat(path.plan(application).empty()).isTrue();
        assertThat(aws.calls).containsExactly("deploy checkout");
        assertThat(cellar.calls).containsExactly("deploy checkout");
        assertThat(told).hasSize(4).allMatch(Step.Result::done);
    }

    @Test
    void changedCodeOrConfigurationIsDeployedAgain() throws Exception {
        path.apply(workspace.valid(TWO_CLOUDS));

        workspace.write("checkout/index.js", "changed");
        path.apply(workspace.valid(TWO_CLOUDS));
        path.apply(workspace.valid(TWO_CLOUDS.replace("handler: index.handler", "handler: index.other")));

        assertThat(aws.calls).containsExactly("deploy checkout", "deploy checkout", "deploy checkout");
    }

    @Test
    void whatIsNotWantedAnyMoreIsDeleted() throws Exception {
        path.apply(workspace.valid(TWO_FUNCTIONS));

        path.apply(workspace.valid(TWO_CLOUDS.replace(", {name: cellar}]", "]")));

        assertThat(aws.there).containsOnlyKeys("checkout");
        assertThat(cellar.there).isEmpty();
    }

    @Test
    void oneFailingStepKeepsNoOtherFromBeingDoneAndIsTriedAgain() throws Exception {
        aws.failing.add("checkout");
        Application application = workspace.valid(TWO_FUNCTIONS);

        Done done = path.apply(application);

        assertThat(done.failures())
                .extracting(Step.Result::step)
                .containsExactly(new Step.Create("checkout", "aws-eu"));
        assertThat(told).hasSize(3).containsAll(done.failures());
        assertThat(aws.there).containsOnlyKeys("catalog");
        assertThat(cellar.there).containsOnlyKeys("checkout");

        aws.failing.clear();
        assertThat(path.apply(application).complete()).isTrue();
        assertThat(aws.there).containsOnlyKeys("checkout", "catalog");
    }

    @Test
    void anUpdateThatFailedIsTriedAgainThoughNothingChangedSince() throws Exception {
        path.apply(workspace.valid(TWO_CLOUDS));
        workspace.write("checkout/index.js", "changed");
        aws.failing.add("checkout");
        assertThat(path.apply(workspace.valid(TWO_CLOUDS)).complete()).isFalse();
        aws.failing.clear();

        workspace.write("checkout/index.js", "exports.handler = async () => 'hello'\n");
        path.apply(workspace.valid(TWO_CLOUDS));

        assertThat(aws.calls).hasSize(2);
    }

    @Test
    void aCloudThatDoesNotSayWhatItHasIsLeftAlone() throws Exception {
        aws.failing.add("list");
        clouds.remove("cellar");

        Done done = path.apply(workspace.valid(TWO_CLOUDS));

        assertThat(done.complete()).isFalse();
        assertThat(done.unread()).containsOnlyKeys("aws-eu", "cellar");
        assertThat(done.results()).isEmpty();
        assertThat(aws.there).isEmpty();
    }
}
