// SPDX-License-Identifier: Apache-2.0
'use strict';

const EUROS_A_KILOGRAM = 4;

/** An HTTP trigger describes its request, version v1; asked by `weft invoke`, the event is the parcel itself. */
exports.handler = async (event) => {
  const payload = JSON.parse(event.toString() || '{}');
  const http = payload.version === 'v1';
  const kilograms = http ? payload.queryParameters?.kilograms : payload.kilograms;
  const offer = { carrier: 'barge', price: EUROS_A_KILOGRAM * Number(kilograms ?? 1), currency: process.env.CURRENCY };
  return http
    ? { statusCode: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(offer) }
    : offer;
};
