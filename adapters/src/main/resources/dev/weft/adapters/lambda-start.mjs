// SPDX-License-Identifier: Apache-2.0
import { main } from './lambda-loop.mjs';

main();
