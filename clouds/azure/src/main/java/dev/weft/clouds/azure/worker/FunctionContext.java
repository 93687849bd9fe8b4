// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.worker;

import com.google.gson.JsonObject;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.RetryContext;
import com.microsoft.azure.functions.RpcException;
import com.microsoft.azure.functions.TraceContext;
import java.util.Map;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What a function may know of its call. */
record FunctionContext(Invocation invocation, Logger logger) implements ExecutionContext {
    @Override
    public Logger getLogger() {
        return logger;
    }

    @Override
    public String getInvocationId() {
        return invocation.id();
    }

    @Override
    public String getFunctionName() {
        return invocation.function();
    }

    @Override
    public TraceContext getTraceContext() {
        return new Trace(invocation.text("traceParent"), invocation.text("traceState"));
    }

    /** Null where the function has no retry policy, as in Azure. */
    @Override
    public @Nullable RetryContext getRetryContext() {
        JsonObject retry = invocation.retryContext();
        return retry == null
                ? null
                : new Retry(
                        retry.get("retryCount").getAsInt(),
                        retry.get("maxRetryCount").getAsInt());
    }

    private record Trace(String parent, String state) implements TraceContext {
        @Override
        public String getTraceparent() {
            return parent;
        }

        @Override
        public String getTracestate() {
            return state;
        }

        @Override
        public Map<String, String> getAttributes() {
            return Map.of();
        }
    }

    private record Retry(int count, int most) implements RetryContext {
        @Override
        public int getRetrycount() {
            return count;
        }

        @Override
        public int getMaxretrycount() {
            return most;
        }

        @Override
        public @Nullable RpcException getException() {
            return null;
        }
    }
}
