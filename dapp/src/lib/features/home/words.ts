/** The sentences of the home page. Every number in them is from the chain. */
import { kwh, many } from '../../core/format.ts';
import { hourWords } from '../../core/sun.ts';
import { slotHour } from '../../core/time.ts';
import type { Hour } from './day.ts';

/** The neighbourhood in one sentence. `hour` is the chain's hour, `metered` the last hour that meters have shown. */
export const streetSentence = (hour: Hour, metered: Hour | undefined): string => {
  if (hour.promised > 0n)
    return `${kwh(hour.promised)} kWh of sunshine goes from ${many(hour.sellers, 'roof')} to ${many(hour.buyers, 'home')} this hour.`;
  if (metered && (metered.exported ?? 0n) > 0n)
    return `Roofs here gave ${kwh(metered.exported)} kWh from ${hourWords(slotHour(metered.slot))}.`;
  return 'The sun is resting, and so are the roofs.';
};

/** The reader's own home in one sentence. */
export const homeSentence = (
  sold: bigint,
  bought: bigint,
  exported: bigint | undefined,
  metered: Hour | undefined,
): string => {
  if (sold > 0n && bought > 0n)
    return `You share ${kwh(sold)} kWh this hour and get ${kwh(bought)} kWh from next door.`;
  if (sold > 0n) return `You share ${kwh(sold)} kWh with your neighbours this hour.`;
  if (bought > 0n) return `${kwh(bought)} kWh of neighbours’ sunshine is yours this hour.`;
  if (metered && exported !== undefined && exported > 0n)
    return `Your roof gave ${kwh(exported)} kWh from ${hourWords(slotHour(metered.slot))}.`;
  return 'Nothing is promised to or by you this hour.';
};
