// JSON of single values, faster than JSON.stringify and the same to the byte. Millions of them are written and hashed.

/** Printable ASCII without quotation marks and backslashes: JSON leaves it as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A text in JSON. */
export const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

/** A value of a row or an event in JSON; big integers as decimal texts. */
export function jsonOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'bigint':
      return `"${value}"`;
    case 'number':
    case 'boolean':
      return String(value);
    default:
      return value === null
        ? 'null'
        : JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? String(inner) : inner));
  }
}
