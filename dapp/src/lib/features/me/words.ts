/** What changed somebody's trust, in words. */
import { plain } from '../../core/text.ts';

const CAUSES: Record<string, string> = {
  signup: 'Joined the neighbourhood',
  meter: 'Meter verified',
  'meter-verified': 'Meter verified',
  'delivery-success': 'Delivered everything promised',
  'delivery-partial': 'Delivered part of what was promised',
  partial: 'Delivered part of what was promised',
  'delivery-failed': 'Delivered nothing of what was promised',
  failed: 'Delivered nothing of what was promised',
  'buyer-cancel': 'Cancelled a purchase',
  dispute: 'Decision about an objection',
};

export const causeWords = (cause: string): string => CAUSES[cause] ?? plain(cause, 40);

const ACTIONS: Record<string, string> = {
  applied: 'Applied',
  certified: 'Certified',
  rejected: 'Application rejected',
  revoked: 'Certificate revoked',
};
export const actionWords = (action: string): string => ACTIONS[action] ?? plain(action, 40);

/** What a household is, from the bits of its row: 1 buys, 2 sells. */
export const roleWords = (bits: bigint): string => {
  const [buys, sells] = [(bits & 1n) !== 0n, (bits & 2n) !== 0n];
  return buys && sells ? 'buys and sells' : sells ? 'sells' : buys ? 'buys' : 'watches';
};
