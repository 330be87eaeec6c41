/**
 * Strings from the chain or from gossip are hostile until they have been through here: anybody may write anything. They are only ever
 * rendered as text (never as markup); what is left to do is to keep them from lying about their direction, hiding or flooding the page.
 */

// Controls, bidirectional overrides and isolates, zero-width characters, tags, variation selectors and private use.
const INVISIBLE =
  /[\p{Cc}\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\u{e0000}-\u{e0fff}\p{Co}\p{Cs}]/gu;
// More than two combining marks on one letter paint over the neighbouring lines.
const STACKED_MARKS = /(\p{M}{2})\p{M}+/gu;

/** The text with nothing invisible in it, at most `limit` characters long (an ellipsis included). */
export const plain = (text: string, limit = 80): string => {
  const clean = text.replace(INVISIBLE, ' ').normalize('NFC').replace(STACKED_MARKS, '$1').replace(/\s+/g, ' ').trim();
  const letters = [...clean];
  return letters.length <= limit ? clean : `${letters.slice(0, limit - 1).join('').trimEnd()}…`;
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
