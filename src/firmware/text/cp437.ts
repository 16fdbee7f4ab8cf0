/** Code page 437, the character set of the PC's text screen: bytes to Unicode and back. */

const LOW = '\u0000☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼';
const HIGH =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»' +
  '░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀' +
  'αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

let ascii = '';
for (let code = 0x20; code < 0x7f; code++) ascii += String.fromCharCode(code);

/** The character at each of the 256 codes. */
export const CP437: string = `${LOW}${ascii}⌂${HIGH}`;

const codes = new Map<string, number>();
for (let code = 0; code < 256; code++) codes.set(CP437.charAt(code), code);

/** The code of a character; `?` when the page does not have it. A control character is shown as the page's sign for it. */
export function toCp437(character: string): number {
  const code = character.charCodeAt(0);
  if (code < 0x7f) return code;
  return codes.get(character) ?? 0x3f;
}

/** What the screen shows for a code; NUL is blank. */
export function fromCp437(code: number): string {
  return code === 0 ? ' ' : CP437.charAt(code & 0xff);
}
