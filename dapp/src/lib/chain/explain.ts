/** Says in words why a transaction did not happen. */
import { errorOf } from '@wattconnect/contracts';

/** Codes that deserve more than the contract's own sentence. */
const ADVICE: Record<number, string> = {
  3106: 'Somebody was faster: less is left than you asked for.',
  3107: 'The price had moved above what you agreed to.',
  3108: 'The seller changed the offer in the meantime.',
  3201: 'The offer was just taken or withdrawn.',
  3301: 'Orders for that hour had closed by then.',
  3302: 'The offer had ended by then.',
};

/** `status` is the node's word for what happened, `result` the contract's answer as text, such as "(err u3106)". */
export const explain = (status: string, result: string | undefined): string => {
  const kept = 'No money moved but the network fee.';
  if (status === 'abort_by_post_condition')
    return `What would have moved was not what you signed, so nothing happened. ${kept} You can try again: the amount is read anew.`;
  const code = /^\(err u(\d+)\)$/.exec(result ?? '')?.[1];
  if (code !== undefined) {
    const error = errorOf(BigInt(code));
    const words = ADVICE[Number(BigInt(code) % 10_000n)] ?? error?.message;
    if (words)
      return `${words}${error?.row === undefined ? '' : ` It was number ${error.row + 1n} of the list.`} ${kept}`;
    return `The contract refused it (code ${code}). ${kept}`;
  }
  return `The contract refused it. ${kept}`;
};
