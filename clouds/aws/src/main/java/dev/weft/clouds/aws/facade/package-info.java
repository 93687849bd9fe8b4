// SPDX-License-Identifier: Apache-2.0
/** Weft answering in AWS Lambda's API. */
@org.jspecify.annotations.NullMarked
package dev.weft.clouds.aws.facade;
