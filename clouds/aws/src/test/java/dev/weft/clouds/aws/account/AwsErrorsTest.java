// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CloudException.Kind;
import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AwsErrorsTest {
    private static final RestRequest REQUEST =
            RestRequest.of("CreateFunction", "POST", URI.create("https://lambda.eu-west-1.amazonaws.com/"));

    private static RestErrors.Said read(int status, Map<String, String> headers, String body) {
        return new AwsErrors().read(REQUEST, new RestResponse(status, headers, body.getBytes(StandardCharsets.UTF_8)));
    }

    /** As Lambda says it: the field names the error, the body explains it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            400 | InvalidParameterValueException | Value 3 at 'timeout' failed to satisfy constraint | INVALID |
            400 | InvalidParameterValueException | The role defined for the function cannot be assumed by Lambda. | INVALID | trust lambda.amazonaws.com
            400 | InvalidParameterValueException | Specified ReservedConcurrentExecutions decreases account's UnreservedConcurrentExecution below its minimum value of [10]. | INVALID | lower spec.maxInstances
            400 | CodeStorageExceededException | Code storage limit exceeded. | INVALID | 75 GB
            403 | AccessDeniedException | User: arn:aws:iam::1:user/x is not authorized to perform: lambda:CreateFunction | DENIED | weft doctor
            403 | UnrecognizedClientException | The security token included in the request is invalid. | DENIED | does not know this access key
            403 | InvalidSignatureException | The request signature we calculated does not match | DENIED | clock
            403 | ExpiredTokenException | The security token included in the request is expired | DENIED | log in anew
            404 | ResourceNotFoundException | Function not found: arn:aws:lambda:eu-west-1:1:function:x | ABSENT |
            409 | ResourceConflictException | Function already exist: x | INVALID |
            409 | ResourceConflictException | The operation cannot be performed at this time. An update is in progress for resource: arn | BUSY |
            409 | ResourceConflictException | The operation cannot be performed at this time. The function is currently in the following state: Pending | BUSY |
            412 | PreconditionFailedException | The Revision Id provided does not match the latest Revision Id. | INVALID | plan again
            413 | RequestTooLargeException | Request must be smaller than 69905067 bytes | TOO_LARGE |
            429 | TooManyRequestsException | Rate exceeded | BUSY |
            400 | ThrottlingException | Rate exceeded | BUSY |
            402 | ServiceQuotaExceededException | too many | INVALID |
            500 | ServiceException | An error occurred and the request cannot be processed. | UNKNOWN |
            503 | ServiceUnavailableException | later | BUSY |
            """)
    void lambdasWordsMeanAKindAndAnAdvice(int status, String code, String words, Kind kind, @Nullable String advice) {
        for (String field : new String[] {code, code + ":http://internal.amazon.com/coral/"}) {
            RestErrors.Said said = read(
                    status,
                    Map.of("x-amzn-errortype", field, "x-amzn-requestid", "r-1"),
                    "{\"Type\":\"User\",\"Message\":\"%s\"}".formatted(words));
            assertThat(said.kind()).isEqualTo(kind);
            assertThat(said.code()).isEqualTo(code);
            assertThat(said.words()).isEqualTo(words);
            assertThat(said.requestId()).isEqualTo("r-1");
            if (advice == null) {
                assertThat(said.advice()).isNull();
            } else {
                assertThat(said.advice()).contains(advice);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, com.amazonaws.logs#ResourceNotFoundException, ResourceNotFoundException, ABSENT",
        "400, AccessDeniedException, AccessDeniedException, DENIED",
        "400, ThrottlingException, ThrottlingException, BUSY",
        "400, InvalidParameterException, InvalidParameterException, INVALID",
        "400, com.amazon.coral.service#UnrecognizedClientException, UnrecognizedClientException, DENIED",
    })
    void logsSayItInTheBody(int status, String type, String code, Kind kind) {
        RestErrors.Said said = read(status, Map.of(), "{\"__type\":\"%s\",\"message\":\"words\"}".formatted(type));
        assertThat(said.kind()).isEqualTo(kind);
        assertThat(said.code()).isEqualTo(code);
        assertThat(said.words()).isEqualTo("words");
    }

    @ParameterizedTest
    @CsvSource({
        "404, NoSuchEntity, ABSENT",
        "403, AccessDenied, DENIED",
        "403, SignatureDoesNotMatch, DENIED",
        "403, InvalidClientTokenId, DENIED",
        "400, ExpiredToken, DENIED",
        "400, Throttling, BUSY",
        "400, ValidationError, INVALID",
        "500, InternalFailure, UNKNOWN",
    })
    void identityServicesSayItInXml(int status, String code, Kind kind) {
        RestErrors.Said said = read(
                status,
                Map.of(),
                "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>"
                        + code
                        + "</Code><Message>words of it</Message></Error><RequestId>r-2</RequestId></ErrorResponse>");
        assertThat(said.kind()).isEqualTo(kind);
        assertThat(said.code()).isEqualTo(code);
        assertThat(said.words()).isEqualTo("words of it");
        assertThat(said.requestId()).isEqualTo("r-2");
    }

    @Test
    void whatIsNeitherIsToldByItsStatus() {
        assertThat(read(502, Map.of(), "Bad Gateway").kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(read(403, Map.of(), "").kind()).isEqualTo(Kind.DENIED);
        assertThat(read(404, Map.of(), "{broken").kind()).isEqualTo(Kind.ABSENT);
        assertThat(read(503, Map.of(), "<html>").words()).isEmpty();
    }
}
