// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import dev.weft.api.facade.Key;
import dev.weft.clouds.google.facade.ServiceAccount;
import dev.weft.clouds.oracle.facade.OciIdentity;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A key and its secret in the forms that vendors' own clients take. */
final class KeyWords {
    /** Any word will do: there is one tenant. */
    private static final String AZURE_TENANT = "weft";

    private KeyWords() {}

    /**
     * For machines.
     *
     * @param google where the façade of Google's clients listens
     */
    static Map<String, Object> fields(MadeKey made, String google) {
        Key key = made.key();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", key.id());
        fields.put("name", key.name());
        fields.put("role", role(key.role()));
        fields.put("namespace", key.namespace());
        fields.put("accessKeyId", key.id());
        fields.put("secretAccessKey", key.secret());
        fields.put("openwhisk", Map.of("apiKey", key.id() + ':' + key.secret()));
        fields.put("fn", Map.of("token", key.id() + '.' + key.secret()));
        fields.put("google", google(made, google));
        Map<String, Object> alibaba = new LinkedHashMap<>();
        alibaba.put("accessKeyId", key.id());
        alibaba.put("accessKeySecret", key.secret());
        fields.put("alibaba", alibaba);
        Map<String, Object> azure = new LinkedHashMap<>();
        azure.put("clientId", key.id());
        azure.put("clientSecret", key.secret());
        azure.put("tenant", AZURE_TENANT);
        azure.put("functionKey", key.id() + '.' + key.secret());
        fields.put("azure", azure);
        fields.put("weft", Map.of("key", key.id() + '.' + key.secret()));
        OciIdentity identity = OciIdentity.of(key);
        if (identity != null) {
            Map<String, Object> oci = new LinkedHashMap<>();
            oci.put("tenancy", identity.tenancy());
            oci.put("user", identity.user());
            oci.put("fingerprint", identity.fingerprint());
            oci.put("privateKey", made.privateKey());
            fields.put("oci", oci);
        }
        return fields;
    }

    private static Map<String, Object> google(MadeKey made, String endpoint) {
        Key key = made.key();
        Map<String, Object> google = new LinkedHashMap<>();
        google.put("token", key.id() + '.' + key.secret());
        google.put("project", key.namespace());
        if (key.rsa() != null) {
            google.put("credentials", ServiceAccount.file(key, made.privateKey(), endpoint));
        }
        return google;
    }

    /** For people, and for a shell: what is no command is a comment. */
    static void print(MadeKey made, PrintWriter out) {
        Key key = made.key();
        out.println("# key " + key.name() + " (" + key.id() + "), role " + role(key.role()) + ", namespace "
                + key.namespace());
        out.println("# the secret is shown this once; weft key rotate makes another");
        out.println("# AWS:");
        out.println("export AWS_ACCESS_KEY_ID=" + key.id());
        out.println("export AWS_SECRET_ACCESS_KEY=" + key.secret());
        out.println("# Google:");
        out.println("export CLOUDSDK_AUTH_ACCESS_TOKEN=" + key.id() + '.' + key.secret());
        out.println("export CLOUDSDK_CORE_PROJECT=" + key.namespace());
        if (key.rsa() != null) {
            out.println(
                    "# GOOGLE_APPLICATION_CREDENTIALS names a file: with -o json, google.credentials is its content");
        }
        out.println("# OpenWhisk:");
        out.println("export __OW_API_KEY=" + key.id() + ':' + key.secret());
        out.println("# Alibaba:");
        out.println("export ALIBABA_CLOUD_ACCESS_KEY_ID=" + key.id());
        out.println("export ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + key.secret());
        out.println("# Fn:");
        out.println("export FN_TOKEN=" + key.id() + '.' + key.secret());
        out.println("# Azure (az login --service-principal -t weft -u ID -p SECRET):");
        out.println("export AZURE_CLIENT_ID=" + key.id());
        out.println("export AZURE_CLIENT_SECRET=" + key.secret());
        out.println("export AZURE_TENANT_ID=" + AZURE_TENANT);
        out.println("# Another Weft, for a cloud of type weft:");
        out.println("export WEFT_KEY=" + key.id() + '.' + key.secret());
        OciIdentity identity = OciIdentity.of(key);
        if (identity != null) {
            out.println("# OCI:");
            out.println("export OCI_CLI_TENANCY=" + identity.tenancy());
            out.println("export OCI_CLI_USER=" + identity.user());
            out.println("export OCI_CLI_FINGERPRINT=" + identity.fingerprint());
            out.println("export OCI_CLI_KEY_CONTENT='" + made.privateKey().strip() + "'");
        }
        out.flush();
    }

    /** As it is typed. */
    static String role(Key.Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
