// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Cloud;
import dev.weft.api.rest.RestClient;
import dev.weft.clouds.google.account.GoogleAccount;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Google Cloud: Cloud Functions of the second generation, by its REST APIs. Any number of accounts at once. */
public final class GoogleVendor implements CloudVendor {
    private final RestClient.Pause pause;

    /** Waits as long as Google asks for. */
    public GoogleVendor() {
        this(time -> Thread.sleep(time));
    }

    /** Waits by {@code pause}. */
    GoogleVendor(RestClient.Pause pause) {
        this.pause = pause;
    }

    @Override
    public Set<Cloud.Type> types() {
        return Set.of(Cloud.Type.GOOGLE);
    }

    @Override
    public List<Option> options(Cloud.Type type) {
        return List.of(
                new Option(
                        "project",
                        "The project's id.",
                        true,
                        "([a-z][a-z0-9.-]{0,62}:)?[a-z][-a-z0-9]{4,28}[a-z0-9]",
                        "a project's id: 6 to 30 lower-case letters, digits and '-', beginning with a letter"),
                new Option(
                        "serviceAccount",
                        "The service account that functions run as; without it the project's default one.",
                        false,
                        "[-a-z0-9.]{1,64}@[-a-z0-9.]{1,190}",
                        "a service account's e-mail address"),
                new Option(
                        "public",
                        "Whether everybody may call the functions, also past the gateway.",
                        false,
                        "true|false",
                        "\"true\" or \"false\""));
    }

    @Override
    public List<Mistake> check(Cloud cloud) {
        List<Mistake> mistakes = new ArrayList<>();
        if (cloud.spec().region() == null) {
            mistakes.add(
                    Mistake.at("spec.region", null, "Google's functions are in a region, for example europe-west1"));
        }
        if (cloud.spec().registry() != null) {
            mistakes.add(Mistake.at(
                    "spec.registry",
                    cloud.spec().registry(),
                    "Google builds functions itself, from their code: leave the registry out"));
        }
        return mistakes;
    }

    @Override
    public CloudAccount open(Cloud cloud, Around around) {
        return new GoogleAccount(cloud, around, GooglePacking::of, new RunDialect(), pause);
    }
}
