/** Tables as text that spreadsheets take: RFC 4180. */

/** Fields with a comma, a quote or a line break stand in quotes, quotes doubled; lines end in CRLF. */
export function toCsv(rows: readonly (readonly (string | number)[])[]): string {
  const field = (value: string | number): string => {
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}
