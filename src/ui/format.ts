/** How numbers are written on the page. */
import { withDecimalMark } from '../base/sentence.ts';
import type { Language } from '../page/i18n/index.ts';

/** Virtual time as `00:00:03.127 456 789`: a clock, the same in all languages. */
export function formatClock(timeNs: number): string {
  const s = Math.floor(timeNs / 1e9);
  const ns = String(Math.floor(timeNs % 1e9)).padStart(9, '0');
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}.${ns.slice(0, 3)} ${ns.slice(3, 6)} ${ns.slice(6)}`;
}

/** Seconds with six decimals and a point, in all languages: in lists of frames, as Wireshark's, and in logs. */
export function formatSeconds(timeNs: number): string {
  return (timeNs / 1e9).toFixed(6);
}

/** Numbers as a language writes them. */
export interface Numbers {
  decimal(value: number, digits: number): string;
  /** Seconds with six decimals. */
  seconds(timeNs: number): string;
  /** `30.3 MB`, `812 kB`, `17 B`; in French `30,3 Mo`, `812 ko`, `17 o`. */
  bytes(count: number): string;
  /** `4.3`, `0.001`, `12000`: about two significant digits. */
  speed(factor: number): string;
}

/** B, kB, MB. */
const BYTE: Readonly<Record<Language, string>> = { en: 'B', fr: 'o' };

function numbersIn(language: Language): Numbers {
  const mark = (number: string): string => withDecimalMark(number, language);
  const byte = BYTE[language];
  return {
    decimal: (value, digits) => mark(value.toFixed(digits)),
    seconds: (timeNs) => mark(formatSeconds(timeNs)),
    bytes: (count) => {
      if (count >= 1e6) return `${mark((count / 1e6).toFixed(1))} M${byte}`;
      if (count >= 1e3) return `${mark((count / 1e3).toFixed(count >= 1e5 ? 0 : 1))} k${byte}`;
      return `${count} ${byte}`;
    },
    speed: (factor) => {
      if (factor >= 100) return String(Math.round(factor));
      return mark(factor >= 1 || factor === 0 ? factor.toFixed(1) : factor.toPrecision(1));
    },
  };
}

export const NUMBERS: Readonly<Record<Language, Numbers>> = { en: numbersIn('en'), fr: numbersIn('fr') };
