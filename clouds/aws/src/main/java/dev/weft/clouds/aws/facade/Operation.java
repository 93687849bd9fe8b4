// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.RequestLine;
import dev.weft.api.facade.Operations;

/**
 * Which of Lambda's operations a request is. Pure. Source: AWS Lambda API reference.
 *
 * @param action Lambda's word for it
 * @param subject the function as the client names it; empty where there is none
 * @param alias the second name of the path, of an alias or a statement; empty where there is none
 */
record Operation(Kind kind, String action, String subject, String alias) {
    /** What is done about it. */
    enum Kind {
        /** The function is called. */
        INVOKE,
        /** Functions are listed. */
        LIST,
        /** The function is shown. */
        GET,
        /** Its configuration is. */
        CONFIGURATION,
        /** Its tags are. */
        TAGS,
        /** Its versions are. */
        VERSIONS,
        /** Its aliases are. */
        ALIASES,
        /** One alias is. */
        ALIAS,
        /** A version is made of it. */
        PUBLISH,
        /** An alias is made. */
        CREATE_ALIAS,
        /** One is changed. */
        UPDATE_ALIAS,
        /** One is deleted. */
        DELETE_ALIAS,
        /** A function is made. */
        CREATE,
        /** Its code is replaced. */
        CODE,
        /** Its configuration is changed. */
        CONFIGURE,
        /** It is deleted. */
        DELETE,
        /** It gets tags. */
        TAG,
        /** It loses tags. */
        UNTAG,
        /** How many calls it may have at once is shown. */
        RESERVED,
        /** That is limited. */
        RESERVE,
        /** That is limited no more. */
        UNRESERVE,
        /** Its URLs are shown or changed. */
        URL,
        /** Who may call it is. */
        POLICY,
        /** What becomes of events that it can't take is. */
        EVENT_CONFIG,
        /** What there is of everything is shown. */
        ACCOUNT,
        /** Lambda's, and not done here. */
        MISSING,
        /** None of Lambda's. */
        UNKNOWN
    }

    /** Some clients end a collection's path with a slash. */
    private static final Operations ALL = new Operations("/", """
            POST 2015-03-31/functions/*/invocations Invoke
            GET 2015-03-31/functions ListFunctions
            GET 2015-03-31/functions/ ListFunctions
            GET 2015-03-31/functions/* GetFunction
            GET 2015-03-31/functions/*/configuration GetFunctionConfiguration
            GET 2017-03-31/tags/* ListTags
            GET 2015-03-31/functions/*/versions ListVersionsByFunction
            GET 2015-03-31/functions/*/aliases ListAliases
            POST 2015-03-31/functions CreateFunction
            POST 2015-03-31/functions/ CreateFunction
            DELETE 2015-03-31/functions/* DeleteFunction
            PUT 2015-03-31/functions/*/code UpdateFunctionCode
            PUT 2015-03-31/functions/*/configuration UpdateFunctionConfiguration
            POST 2015-03-31/functions/*/versions PublishVersion
            POST 2015-03-31/functions/*/aliases CreateAlias
            GET 2015-03-31/functions/*/aliases/* GetAlias
            PUT 2015-03-31/functions/*/aliases/* UpdateAlias
            DELETE 2015-03-31/functions/*/aliases/* DeleteAlias
            GET 2015-03-31/functions/*/policy GetPolicy
            POST 2015-03-31/functions/*/policy AddPermission
            DELETE 2015-03-31/functions/*/policy/* RemovePermission
            POST 2014-11-13/functions/*/invoke-async InvokeAsync
            POST 2014-11-13/functions/*/invoke-async/ InvokeAsync
            POST 2021-11-15/functions/*/response-streaming-invocations InvokeWithResponseStream
            POST 2017-03-31/tags/* TagResource
            DELETE 2017-03-31/tags/* UntagResource
            GET 2019-09-30/functions/*/concurrency GetFunctionConcurrency
            PUT 2017-10-31/functions/*/concurrency PutFunctionConcurrency
            DELETE 2017-10-31/functions/*/concurrency DeleteFunctionConcurrency
            GET 2019-09-30/functions/*/provisioned-concurrency GetProvisionedConcurrencyConfig
            PUT 2019-09-30/functions/*/provisioned-concurrency PutProvisionedConcurrencyConfig
            DELETE 2019-09-30/functions/*/provisioned-concurrency DeleteProvisionedConcurrencyConfig
            GET 2019-09-25/functions/*/event-invoke-config GetFunctionEventInvokeConfig
            GET 2019-09-25/functions/*/event-invoke-config/list ListFunctionEventInvokeConfigs
            PUT 2019-09-25/functions/*/event-invoke-config PutFunctionEventInvokeConfig
            POST 2019-09-25/functions/*/event-invoke-config UpdateFunctionEventInvokeConfig
            DELETE 2019-09-25/functions/*/event-invoke-config DeleteFunctionEventInvokeConfig
            GET 2021-10-31/functions/*/url GetFunctionUrlConfig
            GET 2021-10-31/functions/*/urls ListFunctionUrlConfigs
            POST 2021-10-31/functions/*/url CreateFunctionUrlConfig
            PUT 2021-10-31/functions/*/url UpdateFunctionUrlConfig
            DELETE 2021-10-31/functions/*/url DeleteFunctionUrlConfig
            GET 2015-03-31/event-source-mappings ListEventSourceMappings
            GET 2015-03-31/event-source-mappings/ ListEventSourceMappings
            POST 2015-03-31/event-source-mappings CreateEventSourceMapping
            POST 2015-03-31/event-source-mappings/ CreateEventSourceMapping
            GET 2015-03-31/event-source-mappings/* GetEventSourceMapping
            PUT 2015-03-31/event-source-mappings/* UpdateEventSourceMapping
            DELETE 2015-03-31/event-source-mappings/* DeleteEventSourceMapping
            GET 2018-10-31/layers ListLayers
            GET 2018-10-31/layers/*/versions ListLayerVersions
            POST 2018-10-31/layers/*/versions PublishLayerVersion
            GET 2018-10-31/layers/*/versions/* GetLayerVersion
            DELETE 2018-10-31/layers/*/versions/* DeleteLayerVersion
            GET 2016-08-19/account-settings GetAccountSettings
            GET 2016-08-19/account-settings/ GetAccountSettings""");

    /** Whether something is other afterwards. */
    boolean changes() {
        return switch (kind) {
            case CREATE, CODE, CONFIGURE, DELETE, TAG, UNTAG, RESERVE, UNRESERVE -> true;
            case PUBLISH, CREATE_ALIAS, UPDATE_ALIAS, DELETE_ALIAS -> true;
            default -> false;
        };
    }

    static Operation of(RequestLine line) {
        Operations.Asked asked = ALL.find(line);
        if (asked == null) {
            return new Operation(Kind.UNKNOWN, "unknown", "", "");
        }
        Kind kind =
                switch (asked.action()) {
                    case "Invoke", "InvokeAsync", "InvokeWithResponseStream" -> Kind.INVOKE;
                    case "ListFunctions" -> Kind.LIST;
                    case "GetFunction" -> Kind.GET;
                    case "GetFunctionConfiguration" -> Kind.CONFIGURATION;
                    case "ListTags" -> Kind.TAGS;
                    case "ListVersionsByFunction" -> Kind.VERSIONS;
                    case "ListAliases" -> Kind.ALIASES;
                    case "GetAlias" -> Kind.ALIAS;
                    case "PublishVersion" -> Kind.PUBLISH;
                    case "CreateAlias" -> Kind.CREATE_ALIAS;
                    case "UpdateAlias" -> Kind.UPDATE_ALIAS;
                    case "DeleteAlias" -> Kind.DELETE_ALIAS;
                    case "CreateFunction" -> Kind.CREATE;
                    case "UpdateFunctionCode" -> Kind.CODE;
                    case "UpdateFunctionConfiguration" -> Kind.CONFIGURE;
                    case "DeleteFunction" -> Kind.DELETE;
                    case "TagResource" -> Kind.TAG;
                    case "UntagResource" -> Kind.UNTAG;
                    case "GetFunctionConcurrency" -> Kind.RESERVED;
                    case "PutFunctionConcurrency" -> Kind.RESERVE;
                    case "DeleteFunctionConcurrency" -> Kind.UNRESERVE;
                    case "CreateFunctionUrlConfig",
                            "UpdateFunctionUrlConfig",
                            "DeleteFunctionUrlConfig",
                            "GetFunctionUrlConfig",
                            "ListFunctionUrlConfigs" -> Kind.URL;
                    case "AddPermission", "RemovePermission", "GetPolicy" -> Kind.POLICY;
                    case "PutFunctionEventInvokeConfig",
                            "UpdateFunctionEventInvokeConfig",
                            "DeleteFunctionEventInvokeConfig",
                            "GetFunctionEventInvokeConfig",
                            "ListFunctionEventInvokeConfigs" -> Kind.EVENT_CONFIG;
                    case "GetAccountSettings" -> Kind.ACCOUNT;
                    default -> Kind.MISSING;
                };
        String alias = asked.names().size() > 1 ? asked.names().get(1) : "";
        return new Operation(kind, asked.action(), asked.on(), alias);
    }
}
