// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Shows each caller the certificate for the name that it asks for (SNI, RFC 6066); the first where none fits. */
final class IdentityByName extends X509ExtendedKeyManager {
    private final List<Identity> identities;

    IdentityByName(List<Identity> identities) {
        this.identities = identities;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        String host = engine == null ? "" : asked(engine);
        Identity other = null;
        boolean known = false;
        for (int i = 0; i < identities.size(); i++) {
            Identity each = identities.get(i);
            boolean named = each.named(host);
            known |= named;
            if (fits(each, keyType)) {
                if (named) {
                    return Integer.toString(i);
                }
                other = other == null ? each : other;
            }
        }
        // a certificate for the name, but another kind of key: the next kind of key will find it
        return known || other == null ? null : Integer.toString(identities.indexOf(other));
    }

    private static String asked(SSLEngine engine) {
        if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName each : session.getRequestedServerNames()) {
                if (each instanceof SNIHostName name) {
                    return name.getAsciiName().toLowerCase(Locale.ROOT);
                }
            }
        }
        return "";
    }

    private static boolean fits(Identity identity, String keyType) {
        return identity.algorithm().equals(keyType)
                || (identity.algorithm().equals("RSA") && keyType.equals("RSASSA-PSS"));
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return identities.get(Integer.parseInt(alias)).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return identities.get(Integer.parseInt(alias)).key();
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
