// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Cloud;
import dev.weft.api.rest.JdkTransport;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.Transport;
import dev.weft.clouds.azure.AzureVendor;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@link AzureVendor} that waits for nothing, and the way to {@link FakeAzure}'s deployment hosts, whose names nobody resolves. */
final class FlexVendor implements CloudVendor {
    private static final Pattern HOST = Pattern.compile("([^.]+)\\.scm\\.azurewebsites\\.net");

    private final CloudVendor real = new AzureVendor();

    @Override
    public Set<Cloud.Type> types() {
        return real.types();
    }

    @Override
    public List<Option> options(Cloud.Type type) {
        return real.options(type);
    }

    @Override
    public List<Mistake> check(Cloud cloud) {
        return real.check(cloud);
    }

    @Override
    public CloudAccount open(Cloud cloud, Around around) {
        CloudAccount packs = real.open(cloud, around);
        return new AzureAccount(AzureOptions.of(cloud), around, packs::pack, time -> {});
    }

    /** Where a request for {@code uri} goes in the fake. */
    static URI led(URI uri, FakeAzure azure) {
        Matcher host = HOST.matcher(String.valueOf(uri.getHost()));
        if (!host.matches()) {
            return uri;
        }
        String query = uri.getRawQuery() == null ? "" : '?' + uri.getRawQuery();
        return URI.create(azure.uri() + FakeFlex.HOSTS + host.group(1) + uri.getRawPath() + query);
    }

    static Transport transport(FakeAzure azure) {
        Transport real = new JdkTransport();
        return request -> real.send(new RestRequest(
                request.tried(),
                request.method(),
                led(request.uri(), azure),
                request.headers(),
                request.body(),
                request.idempotent()));
    }
}
