// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Cloud;
import dev.weft.api.rest.RestClient;
import dev.weft.clouds.alibaba.account.AcsKeyChain;
import dev.weft.clouds.alibaba.account.FcApi;
import dev.weft.clouds.alibaba.account.FcErrors;
import dev.weft.clouds.alibaba.account.Oss4;
import dev.weft.clouds.alibaba.account.OssBucket;
import dev.weft.clouds.alibaba.account.OssErrors;
import dev.weft.clouds.alibaba.account.Sls4;
import dev.weft.clouds.alibaba.account.SlsApi;
import dev.weft.clouds.alibaba.account.SlsErrors;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Function Compute 3.0 of Alibaba Cloud. */
public final class AlibabaVendor implements CloudVendor {
    static final String ACCOUNT = "account";
    static final String ROLE = "role";

    /** There is nothing to set up. */
    public AlibabaVendor() {}

    @Override
    public Set<Cloud.Type> types() {
        return Set.of(Cloud.Type.ALIBABA);
    }

    @Override
    public List<Option> options(Cloud.Type type) {
        return List.of(
                new Option(
                        ACCOUNT,
                        "The number of the Alibaba Cloud account; may be left out where spec.endpoint names it.",
                        false,
                        "[0-9]{4,20}",
                        "a number of 4 to 20 digits"),
                new Option(
                        ROLE,
                        "The RAM role that functions assume, for example acs:ram::1234567890123456:role/shop.",
                        false,
                        "acs:ram::[0-9]{4,20}:role/[A-Za-z0-9._-]{1,64}",
                        "acs:ram::ACCOUNT:role/NAME"),
                new Option(
                        FcLogs.LOG,
                        "Project and logstore of Simple Log Service that functions write their logs to, for weft logs; what"
                                + " a function has is left as it is if left out.",
                        false,
                        "[a-z0-9][a-z0-9-]{1,61}[a-z0-9]/[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]",
                        "PROJECT/LOGSTORE, each of 3 to 63 lower-case letters, digits and '-'"),
                new Option(
                        SlsApi.ENDPOINT,
                        "Another address of Simple Log Service than https://REGION.log.aliyuncs.com.",
                        false,
                        "https?://[A-Za-z0-9.-]{1,255}(:[0-9]{1,5})?",
                        "an address such as https://eu-central-1-intranet.log.aliyuncs.com"),
                new Option(
                        OssBucket.BUCKET,
                        "OSS bucket in the cloud's region by which packages of more than 50 MiB go to Function Compute.",
                        false,
                        "[a-z0-9][a-z0-9-]{1,61}[a-z0-9]",
                        "a bucket's name: 3 to 63 lower-case letters, digits and '-'"),
                new Option(
                        OssBucket.ENDPOINT,
                        "Another address of Object Storage Service than https://oss-REGION.aliyuncs.com.",
                        false,
                        "https?://[A-Za-z0-9.-]{1,255}(:[0-9]{1,5})?",
                        "an address such as https://oss-eu-central-1-internal.aliyuncs.com"));
    }

    @Override
    public List<Mistake> check(Cloud cloud) {
        List<Mistake> mistakes = new ArrayList<>();
        Cloud.Spec spec = cloud.spec();
        if (spec.region() == null) {
            mistakes.add(Mistake.at("spec.region", null, "is needed for Alibaba, for example eu-central-1"));
        }
        if (spec.endpoint() == null && !spec.account().containsKey(ACCOUNT)) {
            mistakes.add(Mistake.at(
                    "spec.account." + ACCOUNT,
                    null,
                    "is needed: Function Compute's address begins with the account's number"));
        }
        return mistakes;
    }

    @Override
    public CloudAccount open(Cloud cloud, Around around) {
        AcsKeyChain keys = new AcsKeyChain(around.environment(), around.home(), around.transport(), around.clock());
        RestClient client = new RestClient(
                around.transport(),
                (request, now) -> FcApi.signed(request, keys.keys(), now),
                new FcErrors(),
                around.clock());
        FcApi api = new FcApi(endpoint(cloud), client);
        String region = String.valueOf(cloud.spec().region());
        RestClient logs = new RestClient(
                around.transport(),
                (request, now) -> Sls4.signed(request, keys.keys(), region, now),
                new SlsErrors(),
                around.clock());
        return new AlibabaAccount(
                cloud,
                new AlibabaAccount.Services(
                        api,
                        keys,
                        around.transport(),
                        new FcLogs(cloud, api, new SlsApi(cloud, logs), around.clock(), time -> Thread.sleep(time)),
                        bucket(cloud, keys, around)));
    }

    private static @Nullable OssBucket bucket(Cloud cloud, AcsKeyChain keys, Around around) {
        String name = cloud.spec().account().get(OssBucket.BUCKET);
        if (name == null) {
            return null;
        }
        String region = String.valueOf(cloud.spec().region());
        RestClient client = new RestClient(
                around.transport(),
                (request, now) -> Oss4.signed(request, keys.keys(), region, name, now),
                new OssErrors(),
                around.clock());
        return new OssBucket(client, cloud, name);
    }

    static URI endpoint(Cloud cloud) {
        URI endpoint = cloud.spec().endpoint();
        return endpoint != null
                ? endpoint
                : URI.create("https://" + cloud.spec().account().get(ACCOUNT) + "."
                        + cloud.spec().region() + ".fc.aliyuncs.com");
    }
}
