// SPDX-License-Identifier: Apache-2.0

/** An action greets whom its parameter `name` says. Query and JSON body of a web request are parameters, too. */
function main({ name = 'world', __ow_method: method }) {
  const greeting = `hello ${name}`;
  console.log(greeting);
  if (method === undefined) {
    return { greeting }; // invoked with parameters only
  }
  return { headers: { 'content-type': 'text/plain' }, body: `${greeting}\n` };
}
