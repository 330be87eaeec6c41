import { plain } from '../../core/text.ts';

/** Where the energy comes from, in words. Anybody may write anything there, so it is cleaned. */
export const sourceWords = (source: string | null): string => {
  const known: Record<string, string> = {
    solar: 'Solar roof',
    wind: 'Shared wind',
    hydro: 'Small hydro',
    biomass: 'Biomass',
    battery: 'Solar from battery',
  };
  return source === null ? 'Certified producer' : (known[source.toLowerCase()] ?? plain(source, 24));
};
