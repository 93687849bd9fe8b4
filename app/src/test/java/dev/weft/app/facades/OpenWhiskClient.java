// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import dev.weft.api.facade.Key;
import dev.weft.clouds.ibm.Commands;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** OpenWhisk's own client for Node.js, and a program that takes steps with it. */
final class OpenWhiskClient {
    private static final String CLIENT = "openwhisk@3.21.9";

    private static final String SCRIPT = """
            const openwhisk = require('openwhisk')
            const [,, apihost, api_key, steps] = process.argv
            const ow = openwhisk({apihost, api_key})
            const tried = async (resource, verb, argument) => {
              for (let times = 0; times < 300; times++) {
                try {
                  return await ow[resource][verb](argument)
                } catch (notYet) {
                  if (notYet.statusCode !== 404) throw notYet
                  await new Promise((go) => setTimeout(go, 50))
                }
              }
              throw new Error('not there after 15 s')
            }
            // the client sends no timeout by itself
            const late = (name) => ow.actions.client.request('POST', 'namespaces/_/actions/' + name,
                {qs: {blocking: true, timeout: 100}, body: {name: 'ada'}})
            const run = async () => {
              const said = {}
              for (const [name, what, argument] of JSON.parse(steps)) {
                const [resource, verb, of] = what.split('.')
                try {
                  said[name] = {value: resource === 'late' ? await late(argument) : of ? await tried(resource, verb, said[of].value.activationId) : await ow[resource][verb](argument)}
                } catch (failed) {
                  said[name] = {status: failed.statusCode, message: failed.message, error: failed.error}
                }
              }
              console.log(JSON.stringify(said))
            }
            run().catch(failed => { console.error(failed); process.exit(1) })
            """;

    private OpenWhiskClient() {}

    /** Puts it into {@code folder}. */
    static void install(Path folder) throws Exception {
        Files.writeString(folder.resolve("package.json"), "{\"private\": true}");
        Commands.run(folder, "npm", "install", "--no-audit", "--no-fund", CLIENT);
        Files.writeString(folder.resolve("client.js"), SCRIPT);
    }

    /**
     * What the client gets with {@code key} for steps {@code [name, resource.verb, argument]}; {@code [name, resource.verb.other]}
     * asks for the activation that step {@code other} was told of, until it is there.
     */
    static JsonNode run(Path folder, URI facade, Key key, String steps) throws Exception {
        return JsonMapper.shared()
                .readTree(Commands.run(
                        folder, "node", "client.js", facade.toString(), key.id() + ':' + key.secret(), steps));
    }
}
