// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import dev.weft.api.facade.Operations;
import dev.weft.clouds.alibaba.account.Acs3;

/** The operations of the API, version 2023-03-30, as Alibaba's SDK 4.6.4 has them. */
final class FcOperations {
    static final String INVOKE = "InvokeFunction";
    static final String LIST = "ListFunctions";
    static final String GET = "GetFunction";
    static final String CREATE = "CreateFunction";
    static final String UPDATE = "UpdateFunction";
    static final String DELETE = "DeleteFunction";

    static final Operations ALL = new Operations("/" + Acs3.VERSION + "/", """
            POST functions/*/invocations InvokeFunction
            GET functions ListFunctions
            POST functions CreateFunction
            GET functions/* GetFunction
            PUT functions/* UpdateFunction
            DELETE functions/* DeleteFunction
            GET functions/*/code GetFunctionCode
            POST functions/*/invoke/disable DisableFunctionInvocation
            POST functions/*/invoke/enable EnableFunctionInvocation
            GET functions/*/versions ListFunctionVersions
            POST functions/*/versions PublishFunctionVersion
            DELETE functions/*/versions/* DeleteFunctionVersion
            GET functions/*/aliases ListAliases
            POST functions/*/aliases CreateAlias
            GET functions/*/aliases/* GetAlias
            PUT functions/*/aliases/* UpdateAlias
            DELETE functions/*/aliases/* DeleteAlias
            GET functions/*/triggers ListTriggers
            POST functions/*/triggers CreateTrigger
            GET functions/*/triggers/* GetTrigger
            PUT functions/*/triggers/* UpdateTrigger
            DELETE functions/*/triggers/* DeleteTrigger
            GET functions/*/concurrency GetConcurrencyConfig
            PUT functions/*/concurrency PutConcurrencyConfig
            DELETE functions/*/concurrency DeleteConcurrencyConfig
            GET functions/*/provision-config GetProvisionConfig
            PUT functions/*/provision-config PutProvisionConfig
            DELETE functions/*/provision-config DeleteProvisionConfig
            GET functions/*/scaling-config GetScalingConfig
            PUT functions/*/scaling-config PutScalingConfig
            DELETE functions/*/scaling-config DeleteScalingConfig
            GET functions/*/async-invoke-config GetAsyncInvokeConfig
            PUT functions/*/async-invoke-config PutAsyncInvokeConfig
            DELETE functions/*/async-invoke-config DeleteAsyncInvokeConfig
            GET functions/*/async-tasks ListAsyncTasks
            GET functions/*/async-tasks/* GetAsyncTask
            PUT functions/*/async-tasks/*/stop StopAsyncTask
            GET functions/*/instances ListInstances
            GET functions/*/sessions ListSessions
            POST functions/*/sessions CreateSession
            GET functions/*/sessions/* GetSession
            PUT functions/*/sessions/* UpdateSession
            DELETE functions/*/sessions/* DeleteSession
            GET functions/*/vpc-bindings ListVpcBindings
            POST functions/*/vpc-bindings CreateVpcBinding
            DELETE functions/*/vpc-bindings/* DeleteVpcBinding
            GET layers ListLayers
            GET layers/*/versions ListLayerVersions
            POST layers/*/versions CreateLayerVersion
            GET layers/*/versions/* GetLayerVersion
            DELETE layers/*/versions/* DeleteLayerVersion
            PUT layers/*/acl PutLayerACL
            GET layerarn/* GetLayerVersionByArn
            GET custom-domains ListCustomDomains
            POST custom-domains CreateCustomDomain
            GET custom-domains/* GetCustomDomain
            PUT custom-domains/* UpdateCustomDomain
            DELETE custom-domains/* DeleteCustomDomain
            GET tags-v2 ListTagResources
            POST tags-v2 TagResources
            DELETE tags-v2 UntagResources
            GET async-invoke-configs ListAsyncInvokeConfigs
            GET concurrency-configs ListConcurrencyConfigs
            GET provision-configs ListProvisionConfigs
            GET scaling-configs ListScalingConfigs
            PUT resource-groups ChangeResourceGroup
            GET regions DescribeRegions
            """);

    private FcOperations() {}
}
