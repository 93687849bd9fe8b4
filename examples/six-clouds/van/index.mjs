// SPDX-License-Identifier: Apache-2.0
const EUROS_A_KILOGRAM = 2;

/** Asked over HTTP, AWS describes the request; asked by `weft invoke`, the event is the parcel itself. */
export const handler = async (event) => {
  const parcel = event.requestContext?.http ? event.queryStringParameters ?? {} : event;
  const offer = {
    carrier: 'van',
    price: EUROS_A_KILOGRAM * Number(parcel.kilograms ?? 1),
    currency: process.env.CURRENCY,
  };
  if (!event.requestContext?.http) {
    return offer;
  }
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(offer) };
};
