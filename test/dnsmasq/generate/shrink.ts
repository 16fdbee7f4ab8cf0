/** The smallest configuration and conversation that a difference is left of (delta debugging, a batch at a time). */
import type { RecordedCase, Step } from '../case.ts';

type Atom = { readonly line: string } | { readonly step: Step };

function atomsOf({ config, exchange }: RecordedCase): Atom[] {
  const lines = config.split('\n').filter((line) => line !== '');
  return [
    ...lines.map((line) => ({ line })),
    ...exchange.filter((step) => !('recv' in step)).map((step) => ({ step })),
  ];
}

function caseOf(base: RecordedCase, atoms: readonly Atom[]): RecordedCase {
  const config = atoms.flatMap((atom) => ('line' in atom ? [`${atom.line}\n`] : [])).join('');
  const exchange = atoms.flatMap((atom) => ('step' in atom ? [atom.step] : []));
  return { ...base, config, exchange };
}

/**
 * @param stillDiffers records and judges a batch of candidates; which of them still show the difference
 */
export function shrink(
  base: RecordedCase,
  stillDiffers: (candidates: readonly RecordedCase[]) => readonly boolean[],
): RecordedCase {
  let atoms = atomsOf(base);
  for (let parts = 2; atoms.length > 1;) {
    const size = Math.ceil(atoms.length / parts);
    const candidates: Atom[][] = [];
    for (let at = 0; at < atoms.length; at += size) candidates.push([...atoms.slice(0, at), ...atoms.slice(at + size)]);
    const verdicts = stillDiffers(candidates.map((candidate) => caseOf(base, candidate)));
    const best = candidates.find((_, i) => verdicts[i]);
    if (best !== undefined) {
      atoms = best;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) break;
    else parts = Math.min(atoms.length, parts * 2);
  }
  return caseOf(base, atoms);
}
