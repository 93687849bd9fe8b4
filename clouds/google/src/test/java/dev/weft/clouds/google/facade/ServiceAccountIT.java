// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.api.gax.rpc.UnauthenticatedException;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.IdTokenCredentials;
import com.google.auth.oauth2.IdTokenProvider;
import com.google.auth.oauth2.OAuth2Credentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import com.google.cloud.functions.v2.FunctionServiceClient;
import com.google.cloud.functions.v2.FunctionServiceSettings;
import dev.weft.api.facade.Key;
import dev.weft.testkit.FacadeServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Google's own library for credentials, and its client with them: told nothing but a key's file. */
class ServiceAccountIT {
    private static KeyPair pair;
    private static KeyPair other;

    private FacadeServer server;

    @BeforeAll
    static void pairs() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        pair = generator.generateKeyPair();
        other = generator.generateKeyPair();
    }

    @BeforeEach
    void start() throws Exception {
        server = FacadeSamples.server();
        Key ignored = server.with(key(pair.getPublic(), 'a'));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Key key(PublicKey rsa, char secret) {
        String letters = String.valueOf(secret).repeat(40);
        return new Key("WEFTACCOUNT000000001", letters, "robot", Key.Role.DEPLOY, "default", rsa);
    }

    private ServiceAccountCredentials credentials(KeyPair signs) throws IOException {
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(signs.getPrivate().getEncoded()) + "\n-----END PRIVATE KEY-----\n";
        Map<String, String> file = ServiceAccount.file(
                key(pair.getPublic(), 'a'), pem, server.uri().toString().replaceAll("/$", ""));
        return (ServiceAccountCredentials) GoogleCredentials.fromStream(
                new ByteArrayInputStream(JsonMapper.shared().writeValueAsBytes(file)));
    }

    private static List<String> listed(FacadeServer server, OAuth2Credentials credentials) throws IOException {
        try (FunctionServiceClient client = FunctionServiceClient.create(FunctionServiceSettings.newHttpJsonBuilder()
                .setEndpoint(server.uri().toString())
                .setCredentialsProvider(FixedCredentialsProvider.create(credentials))
                .build())) {
            return client
                    .listFunctions("projects/default/locations/europe-west1")
                    .getPage()
                    .getResponse()
                    .getFunctionsList()
                    .stream()
                    .map(each -> each.getName() + ' ' + each.getServiceConfig().getUri())
                    .toList();
        }
    }

    private static int call(String url, String token) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .header("X-Serverless-Authorization", "Bearer " + token)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode();
        }
    }

    private static String idToken(IdTokenProvider account, String audience) throws IOException {
        return account.idTokenWithAudience(audience, List.of()).getTokenValue();
    }

    @Test
    void theApiIsAskedWithATokenOrWithWhatTheAccountSignedItself() throws Exception {
        ServiceAccountCredentials account = credentials(pair);
        GoogleCredentials scoped = account.createScoped("https://www.googleapis.com/auth/cloud-platform");
        assertThat(listed(server, scoped)).hasSize(4);
        assertThat(scoped.getAccessToken())
                .isNotNull()
                .extracting(AccessToken::getTokenValue)
                .asString()
                .doesNotContain("a".repeat(40));
        assertThat(listed(server, account.createWithUseJwtAccessWithScope(true)))
                .hasSize(4);
        GoogleCredentials scopedItself = account.createWithUseJwtAccessWithScope(true)
                .createScoped("https://www.googleapis.com/auth/cloud-platform");
        assertThat(listed(server, scopedItself)).hasSize(4);
    }

    @Test
    void anIdTokenIsForOneFunctionsUrl() throws Exception {
        ServiceAccountCredentials account = credentials(pair);
        GoogleCredentials scoped = account.createScoped("https://www.googleapis.com/auth/cloud-platform");
        String shown = listed(server, scoped).getFirst().split(" ", 2)[1];
        String plain = server.uri() + "/call/default/europe-west1/alpha";
        assertThat(call(shown, idToken(account, shown))).isEqualTo(201);
        assertThat(call(plain, idToken(account, plain))).isEqualTo(201);
        assertThat(call(plain, idToken(account, shown))).isEqualTo(201);
        assertThat(call(plain + "/below?it=too", idToken(account, plain))).isEqualTo(201);
        for (String another : List.of(
                server.uri() + "/call/default/europe-west1/beta",
                server.uri() + "/call/other/europe-west1/alpha",
                "http://elsewhere.example/call/default/europe-west1/alpha",
                plain + "?x",
                "alpha",
                "https://alpha.run.app")) {
            assertThat(call(plain, idToken(account, another))).as(another).isEqualTo(401);
            assertThat(call(shown, idToken(account, another))).as(another).isEqualTo(401);
        }
        IdTokenCredentials mistaken = IdTokenCredentials.newBuilder()
                .setIdTokenProvider(account)
                .setTargetAudience(shown)
                .build();
        assertThatThrownBy(() -> listed(server, mistaken)).isInstanceOf(UnauthenticatedException.class);
    }

    @Test
    void whatTheKeySignedOrWasGivenIsGoodNoMoreOnceItIsRotated() throws Exception {
        ServiceAccountCredentials account = credentials(pair);
        String plain = server.uri() + "/call/default/europe-west1/alpha";
        String token = idToken(account, plain);
        assertThat(call(plain, token)).isEqualTo(201);
        Key ignored = server.with(key(other.getPublic(), 'b'));
        assertThat(call(plain, token)).isEqualTo(401);
        assertThatThrownBy(() -> idToken(account, plain)).hasStackTraceContaining("invalid_grant");
        assertThat(call(plain, idToken(credentials(other), plain))).isEqualTo(201);
    }
}
