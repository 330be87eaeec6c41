// Writes the predicate files. A test compares them with the code.
import { writeFileSync } from 'node:fs';
import { NETWORKS, predicateOf } from '../src/index.ts';

for (const network of NETWORKS)
  writeFileSync(
    new URL(`../predicates/${network}.json`, import.meta.url),
    `${JSON.stringify(predicateOf(network), null, 2)}\n`,
  );
