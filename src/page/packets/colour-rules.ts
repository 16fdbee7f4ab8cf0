/**
 * Colouring rules of the packet list: an ordered list of filters, of which the first that matches gives a row its colours.
 * A rule has one pair of colours, as in Wireshark, made for a light page; the pair for a dark page follows from it, and
 * both are made readable.
 */
import type { ScenarioColourRule } from '../../scenario/schema.ts';

const INK = '#1a2024';

function rule(name: string, filter: string, ground: string, text = INK): ScenarioColourRule {
  return { name, filter, text, ground, enabled: true };
}

/** What is wrong comes first, then the protocols of a boot, then the layers below, as in Wireshark. */
export const DEFAULT_COLOURS: readonly ScenarioColourRule[] = [
  rule('Malformed', '_ws.malformed', '#a1160c', '#fff3a6'),
  rule(
    'Bad TCP',
    'tcp.analysis.flags && !tcp.analysis.window_update && !tcp.analysis.keep_alive',
    '#1c2b30',
    '#ff8f8f',
  ),
  rule('STP topology change', 'stp.type == 0x80', '#1c2b30', '#fff3a6'),
  rule('ICMP errors', 'icmp.type in {3..5, 11, 12}', '#1c2b30', '#b8f27a'),
  rule(
    'TFTP and HTTP errors, DHCP refusals',
    'tftp.opcode == 5 || http.response.code >= 400 || dhcp.option.dhcp in {4, 6}',
    '#ffd0c9',
    '#6d0f0a',
  ),
  rule('TCP RST', 'tcp.flags.reset == 1', '#a1160c', '#fff3a6'),
  rule(
    'Checksum errors',
    'ip.checksum.status == "Bad" || tcp.checksum.status == "Bad" || udp.checksum.status == "Bad"',
    '#1c2b30',
    '#ff8f8f',
  ),
  rule('ARP', 'arp', '#faf0d6'),
  rule('ICMP', 'icmp', '#fbe1fc'),
  rule('DHCP', 'dhcp', '#ebe1ff'),
  rule('TFTP', 'tftp', '#d8f1f4'),
  rule('DNS', 'dns', '#d8e6ff'),
  rule('HTTP', 'http || tcp.port == 80', '#e2f8cd'),
  rule('Spanning tree', 'stp', '#f3f0d2'),
  rule('TCP SYN/FIN', 'tcp.flags.syn == 1 || tcp.flags.fin == 1', '#c5c8cb'),
  rule('TCP', 'tcp', '#e7e6fd'),
  rule('UDP', 'udp', '#dbedff'),
  rule('Broadcast', 'eth.dst.ig == 1', '#ffffff', '#5c646a'),
];

type Rgb = readonly [number, number, number];

function channels(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function written(rgb: Rgb): string {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

/** WCAG 2.2, relative luminance. */
function luminance(rgb: Rgb): number {
  const [red, green, blue] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

/** WCAG 2.2, contrast ratio: 1 to 21. */
export function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(channels(a)), luminance(channels(b))].sort((one, other) => other - one);
  return (light + 0.05) / (dark + 0.05);
}

function mixed(a: Rgb, b: Rgb, share: number): Rgb {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

/** Level AA for text. */
export const READABLE = 4.5;

/** The text colour moved towards black or white until it can be read. */
function readable(text: string, ground: string): string {
  const end = luminance(channels(ground)) > 0.18 ? '#000000' : '#ffffff';
  for (let share = 0; share < 1; share += 0.1) {
    const tried = written(mixed(channels(text), channels(end), share));
    if (contrast(tried, ground) >= READABLE) return tried;
  }
  return end;
}

/** The same hue, dark: for pages with light text. */
const NIGHT: Rgb = [20, 24, 27];

export interface ColourPair {
  readonly text: string;
  readonly ground: string;
}

export function lightPair({ text, ground }: ColourPair): ColourPair {
  return { text: readable(text, ground), ground };
}

export function darkPair({ text, ground }: ColourPair): ColourPair {
  const bright = luminance(channels(ground)) > 0.18;
  if (!bright) return lightPair({ text, ground });
  // How far the hue is from grey decides how much of it is left.
  const rgb = channels(ground);
  const mean = (rgb[0] + rgb[1] + rgb[2]) / 3;
  const hue: Rgb = [mean + (rgb[0] - mean) * 3, mean + (rgb[1] - mean) * 3, mean + (rgb[2] - mean) * 3];
  const bounded = hue.map((part) => Math.min(255, Math.max(0, part)));
  const dark = mixed([bounded[0] ?? 0, bounded[1] ?? 0, bounded[2] ?? 0], NIGHT, 0.78);
  const night = written(dark);
  const light = written(mixed(channels(text), [255, 255, 255], 0.85));
  return { text: readable(light, night), ground: night };
}
