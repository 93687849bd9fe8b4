// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.account;

import dev.weft.api.CloudException;
import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Cloud;
import dev.weft.clouds.ibm.IamTokens;
import dev.weft.clouds.ibm.PropertyFile;
import dev.weft.clouds.ibm.codeengine.CodeEngineAccount;
import dev.weft.clouds.ibm.codeengine.CodeEngineSetup;
import dev.weft.clouds.ibm.openwhisk.OpenWhiskAccount;
import dev.weft.clouds.ibm.openwhisk.OpenWhiskSetup;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** IBM's two ways to run functions: the OpenWhisk API, whoever runs it, and Code Engine. */
public final class IbmVendor implements CloudVendor {
    /** Variables with an API key of IBM Cloud, in the order in which they are looked at: its command's, Terraform's, its SDKs'. */
    static final List<String> KEYS = List.of("IBMCLOUD_API_KEY", "IC_API_KEY", "CODE_ENGINE_APIKEY");

    /** Variables with another identity service. */
    static final List<String> ENDPOINTS =
            List.of("IBMCLOUD_IAM_API_ENDPOINT", "IBMCLOUD_IAM_ENDPOINT", "CODE_ENGINE_AUTH_URL", "IAM_ENDPOINT");

    /** Names the file that IBM's SDKs read. */
    static final String FILE = "IBM_CREDENTIALS_FILE";

    /** There is nothing to set up. */
    public IbmVendor() {}

    @Override
    public Set<Cloud.Type> types() {
        return Set.of(Cloud.Type.OPENWHISK, Cloud.Type.CODE_ENGINE);
    }

    @Override
    public List<Option> options(Cloud.Type type) {
        return type == Cloud.Type.OPENWHISK ? OpenWhiskSetup.OPTIONS : CodeEngineSetup.OPTIONS;
    }

    @Override
    public List<Mistake> check(Cloud cloud) {
        URI endpoint = cloud.spec().endpoint();
        if (cloud.spec().type() == Cloud.Type.OPENWHISK && endpoint == null) {
            return List.of(Mistake.at(
                    "spec.endpoint",
                    null,
                    "is missing: the API host of the OpenWhisk, for example https://whisk.example"));
        }
        if (cloud.spec().type() == Cloud.Type.CODE_ENGINE
                && endpoint == null
                && cloud.spec().region() == null) {
            return List.of(Mistake.at("spec.region", null, "is missing: the project's region, for example eu-de"));
        }
        return List.of();
    }

    @Override
    public CloudAccount open(Cloud cloud, Around around) {
        Map<String, String> account = cloud.spec().account();
        if (cloud.spec().type() == Cloud.Type.OPENWHISK) {
            boolean iam = Boolean.parseBoolean(account.getOrDefault("iam", "false"));
            return new OpenWhiskAccount(new OpenWhiskSetup(cloud, around, iam ? tokens(around) : null));
        }
        return new CodeEngineAccount(new CodeEngineSetup(cloud, around, tokens(around)));
    }

    private static IamTokens tokens(Around around) {
        String endpoint = ENDPOINTS.stream()
                .map(around.environment()::get)
                .filter(value -> value != null && !value.isBlank())
                .findFirst()
                .orElse(IamTokens.PUBLIC);
        return new IamTokens(around.transport(), endpoint, () -> key(around), around.clock());
    }

    private static String key(Around around) {
        Map<String, String> environment = around.environment();
        for (String name : KEYS) {
            String value = environment.get(name);
            if (value != null && !value.isBlank()) {
                return value.strip();
            }
        }
        Path file = environment.containsKey(FILE)
                ? Path.of(environment.getOrDefault(FILE, ""))
                : around.home().resolve("ibm-credentials.env");
        String value = PropertyFile.read(file).get("CODE_ENGINE_APIKEY");
        if (value != null && !value.isBlank()) {
            return value;
        }
        throw new CloudException(
                CloudException.Kind.DENIED,
                "no API key of IBM Cloud: set IBMCLOUD_API_KEY, or put CODE_ENGINE_APIKEY=… into " + file,
                null);
    }
}
