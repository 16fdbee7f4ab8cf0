/** Tables as text that spreadsheets can import: RFC 4180. */

/**
 * Texts that a spreadsheet would evaluate as formulas are prefixed with an apostrophe: they come from untrusted
 * machines and networks (OWASP, "CSV Injection"). Numbers stay numbers.
 *
 * Fields with a comma, a quote or a line break stand in quotes, quotes doubled; lines end in CRLF.
 */
export function toCsv(rows: readonly (readonly (string | number)[])[]): string {
  const field = (value: string | number): string => {
    const text = typeof value === 'string' && /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}
