/** Texts, names, times and networks in the notation of a dnsmasq.conf, and of the files that are taken over. */
import { prefixMask, type Ipv4Address } from '../../../base/address.ts';

/** Texts are put in quotes, which keep dnsmasq from taking them for numbers or lists. */
export function quoted(text: string): string {
  return `"${text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replace(/[\r\n]/g, ' ')}"`;
}

/** One field of a directive: in quotes where it must be. */
export function field(text: string): string {
  return /^[\w./:@%?=&+~$-]*$/.test(text) ? text : quoted(text);
}

export function tagName(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'x' : plain;
}

/** `12h`, `30m`, `90`; dnsmasq gives nothing shorter than two minutes. */
export function leaseText(seconds: number): string {
  if (seconds < 0 || seconds >= 0xffff_ffff) return 'infinite';
  if (seconds > 0 && seconds % 3600 === 0) return `${seconds / 3600}h`;
  if (seconds > 0 && seconds % 60 === 0) return `${seconds / 60}m`;
  return String(seconds);
}

/** `A/LEN`. */
export function parsePrefix(
  text: string,
  parse: (ip: string) => Ipv4Address | undefined,
): readonly [Ipv4Address, Ipv4Address] | undefined {
  const [ip = '', length] = text.split('/');
  const address = parse(ip.trim());
  const bits = Number(length);
  if (address === undefined || !Number.isInteger(bits) || bits < 0 || bits > 32) return undefined;
  return [address, prefixMask(bits)];
}
