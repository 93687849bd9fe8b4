// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.api.CloudException;
import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.Seen;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Placement.Choice;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.control.Application;
import dev.weft.gateway.cloud.CloudPlaces;
import dev.weft.net.Loops;
import dev.weft.net.tls.ClientTls;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Functions on their clouds, where weft apply put them or where they are already, called as weft serve calls them. */
public final class RealTrials implements Trials {
    private final Accounts accounts;
    private final CloudArtifacts artifacts;
    private final Loops loops;
    private final CloudPlaces places;
    private final List<CloudAccount> opened = new ArrayList<>();

    /** On those of {@code accounts}, spoken to by {@code tls}; sends nothing yet. */
    public RealTrials(Accounts accounts, ClientTls tls, CloudArtifacts artifacts, InstantSource clock) {
        this.accounts = accounts;
        this.artifacts = artifacts;
        this.places = new CloudPlaces(tls, clock, (function, cloud, why) -> {});
        this.loops = Loops.start(1);
    }

    @Override
    public Loop loop() {
        return loops.next();
    }

    @Override
    public List<Trial> of(Application documents, Function function) {
        Map<String, CloudArtifact> made = new HashMap<>();
        if (!function.spec().existing()) {
            artifacts.of(documents, function).forEach(each -> made.put(each.cloud(), each));
        }
        List<Trial> trials = new ArrayList<>();
        for (Choice choice : function.spec().placement().clouds()) {
            Cloud cloud = documents.clouds().stream()
                    .filter(each -> each.name().equals(choice.name()))
                    .findFirst()
                    .orElseThrow();
            try {
                trials.add(trial(function, choice, cloud, made.get(choice.name())));
            } catch (CloudException | IllegalArgumentException failed) {
                trials.add(new Trial.Not(choice.name(), String.valueOf(failed.getMessage())));
            }
        }
        return trials;
    }

    private Trial trial(
            Function function, Choice choice, Cloud cloud, @org.jspecify.annotations.Nullable CloudArtifact artifact) {
        CloudAccount account = accounts.open(cloud);
        opened.add(account);
        String name = choice.nameOf(function.metadata().name());
        Place place = places.place(function, name, account);
        if (artifact instanceof CloudArtifact.Not(String on, String why)) {
            return new Trial.Not(on, why);
        }
        Seen seen = account.find(name);
        if (seen == null) {
            return new Trial.Not(choice.name(), "there is no function " + name + "; weft apply puts it there");
        }
        if (!(artifact instanceof CloudArtifact.Made made)) {
            return new Trial.Ready(choice.name(), place, place, "", List.of(), List.of());
        }
        String wanted = made.artifact().hash();
        boolean other = seen.owner() == null || !seen.owner().code().equals(wanted) || seen.codeTouched();
        if (other) {
            return new Trial.Not(choice.name(), "what runs there is other code than the documents'; weft apply first");
        }
        List<String> refused = made.refused().stream().map(Mistake::toString).toList();
        return new Trial.Ready(choice.name(), place, place, wanted, refused, List.of());
    }

    @Override
    public void close() {
        places.close();
        for (CloudAccount each : opened) {
            try {
                each.close();
            } catch (Exception stuck) {
                System.getLogger("dev.weft.app")
                        .log(System.Logger.Level.WARNING, "an account did not close: {0}", Objects.toString(stuck));
            }
        }
        loops.close();
    }
}
