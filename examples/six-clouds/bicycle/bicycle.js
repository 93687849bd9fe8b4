// SPDX-License-Identifier: Apache-2.0
const EUROS_A_KILOGRAM = 3;

/** Written as for OpenWhisk, which is how Code Engine calls functions. */
function main({ kilograms = 1, __ow_method: method }) {
  const offer = { carrier: 'bicycle', price: EUROS_A_KILOGRAM * Number(kilograms), currency: process.env.CURRENCY };
  return method === undefined ? offer : { headers: { 'content-type': 'application/json' }, body: offer };
}
