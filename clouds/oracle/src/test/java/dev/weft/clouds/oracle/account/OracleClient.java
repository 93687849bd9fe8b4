// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import com.oracle.bmc.auth.SimpleAuthenticationDetailsProvider;
import com.oracle.bmc.functions.FunctionsInvokeClient;
import com.oracle.bmc.functions.FunctionsManagementClient;
import com.oracle.bmc.functions.model.ApplicationSummary;
import com.oracle.bmc.functions.model.CreateApplicationDetails;
import com.oracle.bmc.functions.model.CreateFunctionDetails;
import com.oracle.bmc.functions.model.UpdateFunctionDetails;
import com.oracle.bmc.functions.requests.CreateApplicationRequest;
import com.oracle.bmc.functions.requests.CreateFunctionRequest;
import com.oracle.bmc.functions.requests.DeleteApplicationRequest;
import com.oracle.bmc.functions.requests.DeleteFunctionRequest;
import com.oracle.bmc.functions.requests.GetApplicationRequest;
import com.oracle.bmc.functions.requests.GetFunctionRequest;
import com.oracle.bmc.functions.requests.InvokeFunctionRequest;
import com.oracle.bmc.functions.requests.ListApplicationsRequest;
import com.oracle.bmc.functions.requests.ListFunctionsRequest;
import com.oracle.bmc.functions.requests.UpdateFunctionRequest;
import com.oracle.bmc.functions.responses.GetFunctionResponse;
import com.oracle.bmc.http.client.jersey3.Jersey3HttpProvider;
import com.oracle.bmc.util.StreamUtils;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Oracle's own client for Java, as {@link OciUser}. */
final class OracleClient implements AutoCloseable {
    private final FunctionsManagementClient management;
    private final FunctionsInvokeClient calls;

    OracleClient(URI endpoint) {
        SimpleAuthenticationDetailsProvider user = SimpleAuthenticationDetailsProvider.builder()
                .tenantId(OciUser.TENANCY)
                .userId(OciUser.USER)
                .fingerprint(OciUser.FINGERPRINT)
                .privateKeySupplier(() -> new ByteArrayInputStream(OciUser.pem().getBytes(StandardCharsets.UTF_8)))
                .build();
        management = FunctionsManagementClient.builder()
                .httpProvider(Jersey3HttpProvider.getInstance())
                .endpoint(endpoint.toString())
                .build(user);
        calls = FunctionsInvokeClient.builder()
                .httpProvider(Jersey3HttpProvider.getInstance())
                .endpoint(endpoint.toString())
                .build(user);
    }

    /** A function without tags, in an application that is made if it is not there. */
    String create(String application, String name) {
        return createFunction(
                application(application),
                name,
                new OciImage("fra.ocir.io/theirs/it", "sha256:theirs"),
                Map.of("THEIRS", "value"),
                Map.of());
    }

    /** The application of that name, made without tags if it is not there. */
    String application(String name) {
        return application(name, Map.of());
    }

    String application(String name, Map<String, String> tags) {
        List<ApplicationSummary> there = management
                .listApplications(ListApplicationsRequest.builder()
                        .compartmentId(OciUser.COMPARTMENT)
                        .displayName(name)
                        .limit(OciApi.PER_PAGE)
                        .build())
                .getItems();
        return there.isEmpty()
                ? createApplication(name, tags)
                : management
                        .getApplication(GetApplicationRequest.builder()
                                .applicationId(there.getFirst().getId())
                                .build())
                        .getApplication()
                        .getId();
    }

    String createApplication(String name, Map<String, String> tags) {
        return management
                .createApplication(CreateApplicationRequest.builder()
                        .createApplicationDetails(CreateApplicationDetails.builder()
                                .compartmentId(OciUser.COMPARTMENT)
                                .displayName(name)
                                .subnetIds(List.of(OciUser.SUBNET))
                                .shape(CreateApplicationDetails.Shape.GenericX86)
                                .freeformTags(tags)
                                .build())
                        .build())
                .getApplication()
                .getId();
    }

    String createFunction(
            String application, String name, OciImage image, Map<String, String> config, Map<String, String> tags) {
        CreateFunctionDetails details = CreateFunctionDetails.builder()
                .applicationId(application)
                .displayName(name)
                .image(image.name())
                .imageDigest(image.digest())
                .memoryInMBs(256L)
                .timeoutInSeconds(10)
                .config(config)
                .freeformTags(tags)
                .build();
        return management
                .createFunction(CreateFunctionRequest.builder()
                        .createFunctionDetails(details)
                        .build())
                .getFunction()
                .getId();
    }

    List<String> listFunctions(String application, String name) {
        return management
                .listFunctions(ListFunctionsRequest.builder()
                        .applicationId(application)
                        .displayName(name)
                        .limit(OciApi.PER_PAGE)
                        .build())
                .getItems()
                .stream()
                .map(each -> each.getId())
                .toList();
    }

    GetFunctionResponse function(String id) {
        return management.getFunction(
                GetFunctionRequest.builder().functionId(id).build());
    }

    void update(String id, String etag, UpdateFunctionDetails details) {
        management.updateFunction(UpdateFunctionRequest.builder()
                .functionId(id)
                .ifMatch(etag)
                .updateFunctionDetails(details)
                .build());
    }

    void deleteFunction(String id, String etag) {
        management.deleteFunction(
                DeleteFunctionRequest.builder().functionId(id).ifMatch(etag).build());
    }

    void deleteApplication(String id) {
        String etag = management
                .getApplication(
                        GetApplicationRequest.builder().applicationId(id).build())
                .getEtag();
        management.deleteApplication(DeleteApplicationRequest.builder()
                .applicationId(id)
                .ifMatch(etag)
                .build());
    }

    void invoke(String id, byte[] body, boolean detached) {
        InputStream stream = StreamUtils.createByteArrayInputStream(body);
        calls.invokeFunction(InvokeFunctionRequest.builder()
                .functionId(id)
                .fnIntent(InvokeFunctionRequest.FnIntent.Httprequest)
                .fnInvokeType(
                        detached
                                ? InvokeFunctionRequest.FnInvokeType.Detached
                                : InvokeFunctionRequest.FnInvokeType.Sync)
                .invokeFunctionBody(stream)
                .build());
    }

    @Override
    public void close() {
        management.close();
        calls.close();
    }
}
