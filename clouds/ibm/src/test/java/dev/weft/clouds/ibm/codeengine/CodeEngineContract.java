// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.codeengine;

import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Wanted;
import dev.weft.api.rest.RestRequest;
import dev.weft.clouds.ibm.account.IbmVendor;
import dev.weft.testkit.CloudSecretsContract;
import java.io.IOException;
import java.util.Collection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A Code Engine project that is played, with its functions or its apps. */
abstract class CodeEngineContract extends CloudSecretsContract {
    static PlayedCodeEngine cloud;

    @BeforeAll
    static void start() throws IOException {
        cloud = new PlayedCodeEngine();
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    /** What they are called in the project's addresses. */
    protected abstract String kind();

    @Override
    protected CloudVendor vendor() {
        return new IbmVendor();
    }

    /** Asking for a token changes nothing. */
    @Override
    protected boolean changes(RestRequest request) {
        return super.changes(request) && !request.uri().getPath().equals("/identity/token");
    }

    @Override
    protected Collection<String> inStore() {
        return cloud.secretValues();
    }

    @Override
    protected String plainly(String function) {
        return cloud.entity(kind() + '/' + function).toString();
    }

    @Override
    protected boolean toStore(RestRequest request) {
        return request.uri().getPath().endsWith("/secrets");
    }

    @Override
    protected void spoil(String value) {
        cloud.entities.keySet().removeIf(each -> each.startsWith("secrets/"));
    }

    @Override
    protected boolean foreignSecret(Wanted wanted) {
        return false;
    }

    @Override
    protected void cleanUp() {
        cloud.entities.clear();
        cloud.failing.clear();
        cloud.server.forget();
    }
}
