/** A span of time as people write it: `2 s`, `1.5 ms`, `35 µs`. */
import { decimal, type Message } from './sentence.ts';

const UNITS = [
  { ns: 1e9, name: 's' },
  { ns: 1e6, name: 'ms' },
  { ns: 1e3, name: 'µs' },
] as const;

/** Three significant digits. */
export function spanMessage(ns: number): Message {
  const rounded = Number(ns.toPrecision(3));
  const unit = UNITS.find((known) => rounded >= known.ns);
  return decimal(unit === undefined ? `${rounded} ns` : `${rounded / unit.ns} ${unit.name}`);
}
