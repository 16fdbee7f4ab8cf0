/** How numbers are written on the page. */

/** Virtual time as `00:00:03.127 456 789`. */
export function formatClock(timeNs: number): string {
  const s = Math.floor(timeNs / 1e9);
  const ns = String(Math.floor(timeNs % 1e9)).padStart(9, '0');
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}.${ns.slice(0, 3)} ${ns.slice(3, 6)} ${ns.slice(6)}`;
}

/** Seconds with six decimals, as packet lists show them. */
export function formatSeconds(timeNs: number): string {
  return (timeNs / 1e9).toFixed(6);
}

/** `30.3 MB`, `812 kB`, `17 B`. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  if (bytes >= 1e3) return `${(bytes / 1e3).toFixed(bytes >= 1e5 ? 0 : 1)} kB`;
  return `${bytes} B`;
}

/** `4.3`, `0.001`, `12 000`: about two significant digits. */
export function formatSpeed(factor: number): string {
  if (factor >= 100) return String(Math.round(factor));
  return factor >= 1 || factor === 0 ? factor.toFixed(1) : factor.toPrecision(1);
}
