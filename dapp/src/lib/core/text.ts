/**
 * Strings from the chain or from gossip are hostile until they have been through here: anybody may write anything. They are only ever
 * rendered as text (never as markup); what is left to do is to keep them from lying about their direction, hiding or flooding the page.
 */

// Controls, soft hyphens, bidirectional overrides and isolates, zero-width characters, blank letters, specials, tags, surrogates, private use.
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u2800\u3164\u{ffa0}\ufff0-\uffff\u{e0000}-\u{e0fff}]|\u034f|\u115f|\u1160|\u17b4|\u17b5|[\u{180b}-\u{180f}]|[\u{fe00}-\u{fe0f}]/gu;
// More than two combining marks on one letter paint over the neighbouring lines.
const STACKED_MARKS = /(\p{M}{2})\p{M}+/gu;

/** The text with nothing invisible in it, at most `limit` characters long (an ellipsis included). */
export const plain = (text: string, limit = 80): string => {
  const clean = text.replace(INVISIBLE, ' ').normalize('NFC').replace(STACKED_MARKS, '$1').replace(/\s+/g, ' ').trim();
  const letters = [...clean];
  return letters.length <= limit
    ? clean
    : `${letters
        .slice(0, limit - 1)
        .join('')
        .trimEnd()}…`;
};

/** The address of a link, if it is one that a stranger may give us: https or ipfs; otherwise undefined. */
export const safeLink = (text: string): string | undefined => {
  try {
    const url = new URL(text);
    return (url.protocol === 'https:' || url.protocol === 'ipfs:') && url.username === '' ? url.href : undefined;
  } catch {
    return undefined;
  }
};
