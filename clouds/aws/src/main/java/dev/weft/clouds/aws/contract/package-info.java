// SPDX-License-Identifier: Apache-2.0
/** What contract {@code aws-lambda} says, wherever a function of it runs: how exchanges become events, and what a runtime is called. */
@org.jspecify.annotations.NullMarked
package dev.weft.clouds.aws.contract;
