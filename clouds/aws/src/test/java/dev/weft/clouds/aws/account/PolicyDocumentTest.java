// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PolicyDocumentTest {
    private static final AccountOptions PLAIN = new AccountOptions(Moto.ROLE, null, null, true, null);
    private static final String FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:";

    private static Map<String, JsonNode> statements(AccountOptions options, List<String> names) {
        JsonNode policy = JsonMapper.shared().readTree(PolicyDocument.of(options, "eu-west-1", names));
        assertThat(policy.path("Version").asString()).isEqualTo("2012-10-17");
        Map<String, JsonNode> statements = new HashMap<>();
        policy.path("Statement").forEach(each -> {
            assertThat(each.path("Effect").asString()).isEqualTo("Allow");
            assertThat(each.path("Sid").asString()).matches("[A-Za-z0-9]+");
            statements.put(each.path("Sid").asString(), each);
        });
        return statements;
    }

    private static JsonNode statement(Map<String, JsonNode> all, String id) {
        return Objects.requireNonNull(all.get(id), id);
    }

    private static Set<String> texts(JsonNode array) {
        Set<String> texts = new TreeSet<>();
        array.forEach(each -> texts.add(each.asString()));
        return texts;
    }

    @Test
    void whatChangesAnythingIsAllowedOnTheseFunctionsOnly() {
        Map<String, JsonNode> all = statements(PLAIN, List.of("pay", "ship"));
        assertThat(all.keySet()).containsExactlyInAnyOrder("List", "Look", "Functions", "Logs", "SeeRole", "PassRole");
        assertThat(texts(statement(all, "Functions").path("Resource")))
                .containsExactlyInAnyOrder(
                        FUNCTION + "pay", FUNCTION + "pay:*", FUNCTION + "ship", FUNCTION + "ship:*");
        assertThat(texts(statement(all, "Logs").path("Resource")))
                .containsExactlyInAnyOrder(
                        "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/pay:*",
                        "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/ship:*");
        all.forEach((id, statement) -> {
            assertThat(texts(statement.path("Action"))).noneMatch(action -> action.contains("*"));
            if (texts(statement.path("Resource")).stream()
                    .anyMatch(arn -> arn.endsWith(":function:*") || arn.equals("*"))) {
                assertThat(texts(statement.path("Action"))).allMatch(action -> action.matches("lambda:(List|Get).*"));
            }
        });
    }

    /** Plans look at every function of the region: only its tags say whose it is. */
    @Test
    void everyFunctionMayBeLookedAt() {
        JsonNode look = statement(statements(PLAIN, List.of()), "Look");
        assertThat(texts(look.path("Resource"))).containsExactly(FUNCTION + "*");
        assertThat(texts(look.path("Action"))).contains("lambda:GetFunction", "lambda:ListTags");
    }

    @Test
    void theRoleMayBePassedToLambdaOnly() {
        JsonNode pass = statement(statements(PLAIN, List.of()), "PassRole");
        assertThat(texts(pass.path("Resource"))).containsExactly(Moto.ROLE);
        assertThat(pass.path("Condition")
                        .path("StringEquals")
                        .path("iam:PassedToService")
                        .asString())
                .isEqualTo("lambda.amazonaws.com");
    }

    @Test
    void aKeyOfTheAccountsOwnIsAllowed() {
        String key = "arn:aws:kms:eu-west-1:123456789012:key/abc";
        AccountOptions sealed = new AccountOptions(Moto.ROLE, key, null, true, null);
        JsonNode seal = statement(statements(sealed, List.of("pay")), "Seal");
        assertThat(texts(seal.path("Resource"))).containsExactly(key);
        assertThat(texts(seal.path("Action")))
                .containsExactlyInAnyOrder("kms:CreateGrant", "kms:Decrypt", "kms:Encrypt");
    }

    @Test
    void ofABucketOnlyWeftsPartIsAllowed() {
        AccountOptions large = new AccountOptions(Moto.ROLE, null, null, true, "packages");
        Map<String, JsonNode> all = statements(large, List.of("pay"));
        assertThat(texts(statement(all, "Packages").path("Resource"))).containsExactly("arn:aws:s3:::packages/weft/*");
        assertThat(texts(statement(all, "Packages").path("Action")))
                .containsExactlyInAnyOrder("s3:DeleteObject", "s3:GetObject", "s3:PutObject", "s3:PutObjectTagging");
        assertThat(texts(statement(all, "PackagesThere").path("Resource"))).containsExactly("arn:aws:s3:::packages");
    }

    @Test
    void otherPartitionsHaveTheirOwnNames() {
        AccountOptions china =
                new AccountOptions("arn:aws-cn:iam::123456789012:role/functions", null, null, true, null);
        assertThat(PolicyDocument.of(china, "cn-north-1", List.of("pay")))
                .contains("arn:aws-cn:lambda:cn-north-1:123456789012:function:pay")
                .doesNotContain("arn:aws:");
    }
}
