/** `1 day, 2 hours`: how Wireshark writes out times that are given in seconds. */
export function secondsInWords(seconds: number): string {
  if (seconds === 0) return '0 seconds';
  const parts: string[] = [];
  let left = Math.abs(seconds);
  for (const [unit, size] of [
    ['day', 86400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ] as const) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
  }
  return `${seconds < 0 ? '-' : ''}${parts.join(', ')}`;
}
