// SPDX-License-Identifier: Apache-2.0
const EUROS_A_KILOGRAM = 5;

/** Query and body of a web request are parameters, and so is what `weft invoke` sends. */
function main({ kilograms = 1, __ow_method: method }) {
  const offer = { carrier: 'courier', price: EUROS_A_KILOGRAM * Number(kilograms), currency: process.env.CURRENCY };
  return method === undefined ? offer : { headers: { 'content-type': 'application/json' }, body: offer };
}
