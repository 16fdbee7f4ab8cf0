/**
 * Keyframes that a site ships beside its labs: `lab keyframe` makes them and lists them in the manifest of the images, by the
 * names that this browser's own have (`lab/keyframes/keyframe-name.ts`). One of another build is never asked for.
 */
import { reasonOf } from '../../../base/failures.ts';
import { err, type Result } from '../../../base/result.ts';
import type { ShippedKeyframe } from '../../../lab/content/image-manifest.ts';
import { decodeKeyframe } from '../../../lab/keyframes/keyframe-file.ts';
import { lastKeyframeName, type KeyframeSubject } from '../../../lab/keyframes/keyframe-name.ts';
import type { PcKeyframe } from '../../../machine/keyframes/keyframe.ts';

/** A larger one is no keyframe of a PC that a lab can have. */
const MAX_BYTES = 1024 * 1024 * 1024;

/** Of those that are listed the last one after one time and up to another. */
export function shippedFor(
  listed: readonly ShippedKeyframe[],
  subject: KeyframeSubject,
  aboveNs: number,
  untilNs: number,
): ShippedKeyframe | undefined {
  const name = lastKeyframeName(
    listed.map((each) => each.name),
    subject,
    aboveNs,
    untilNs,
  );
  return listed.find((each) => each.name === name && each.bytes <= MAX_BYTES);
}

/** The error says in English why it is not used. */
export async function fetchShipped(url: URL, { name, bytes }: ShippedKeyframe): Promise<Result<PcKeyframe, string>> {
  try {
    const response = await fetch(url);
    if (!response.ok || response.body === null) return err(`HTTP ${response.status}`);
    const reader = response.body.pipeThrough(new DecompressionStream('gzip')).getReader();
    const file = new Uint8Array(bytes);
    let at = 0;
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (at + next.value.length > bytes) {
        await reader.cancel();
        return err('not-whole');
      }
      file.set(next.value, at);
      at += next.value.length;
    }
    return at === bytes ? decodeKeyframe(file, name) : err('not-whole');
  } catch (error) {
    return err(reasonOf(error));
  }
}
