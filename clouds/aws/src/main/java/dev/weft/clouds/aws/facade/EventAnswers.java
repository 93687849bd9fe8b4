// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.Headers;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Wish;
import java.util.Map;

/**
 * Lambda's answer to Invoke with invocation type Event, and to the older InvokeAsync: 202 once the event is kept. Source: AWS Lambda
 * API reference, "Invoke" and "InvokeAsync".
 *
 * @param arn of the function, for errors
 */
record EventAnswers(String arn) implements Wish.Taking {
    private static final String SECOND = "1";

    @Override
    public FacadeAnswer taken(String id) {
        return new FacadeAnswer(202, Headers.of("x-amzn-requestid", id), new byte[0]);
    }

    @Override
    public FacadeAnswer refused(Taken.Refused refused) {
        return switch (refused.why()) {
            case FULL, BUSY ->
                Answers.error(
                        429,
                        "TooManyRequestsException",
                        "Rate exceeded: " + refused.message(),
                        Map.of("Reason", "CallerRateLimitExceeded", "retryAfterSeconds", SECOND),
                        Headers.of("retry-after", SECOND));
            case TOO_LARGE -> Answers.error(413, "RequestTooLargeException", refused.message());
            case UNAVAILABLE -> Answers.error(500, "ServiceException", refused.message());
        };
    }

    @Override
    public FacadeAnswer absent() {
        return Answers.absent(arn);
    }
}
