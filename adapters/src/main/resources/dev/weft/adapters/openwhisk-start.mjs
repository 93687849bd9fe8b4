// SPDX-License-Identifier: Apache-2.0
import { main } from './openwhisk-proxy.mjs';

main();
