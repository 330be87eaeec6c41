// Loaded before Rendezvous 0.12. The SDK from 3.20 on writes a transaction of a deployment plan as `transaction-type: x` with its fields beside
// it; Rendezvous still looks for them under `x:`. It is shown the plan as it knows it.
import { createRequire } from 'node:module';

type Transaction = Record<string, unknown>;
type Plan = { plan?: { batches?: { transactions: Transaction[] }[] } };

const theirs = createRequire(import.meta.resolve('@stacks/rendezvous/dist/app.js'));
const yaml = theirs('yaml') as { parse: (text: string, ...rest: unknown[]) => unknown };
const parse = yaml.parse;
yaml.parse = (...args) => {
  const plan = parse(...args);
  for (const batch of (plan as Plan | null)?.plan?.batches ?? [])
    batch.transactions = batch.transactions.map((transaction) => {
      const type = transaction['transaction-type'];
      return typeof type === 'string' ? { [type]: transaction } : transaction;
    });
  return plan;
};
