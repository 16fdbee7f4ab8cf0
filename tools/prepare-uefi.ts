/**
 * Builds UEFI firmware into the cache and nothing else, so that it may run beside tests that read `public/images`;
 * `images --uefi` then takes it from there. Exits with 0 when the firmware is at hand, with `CANNOT_BUILD` when this
 * computer cannot build it (the last line of the standard error is the reason), with 1 when the build has failed.
 */
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DXEFV } from '../src/machine/uefi/layout.ts';
import { Apt } from './images/apt.ts';
import { ImageFolder } from './images/store.ts';
import { buildUefi, isBuiltByRecipe, type UefiFailure } from './uefi/build.ts';
import { CANNOT_BUILD } from './uefi/outcome.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cache = join(root, '.cache');
const scratch = join(cache, `uefi-${process.pid}`);

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function isAssembled(): boolean {
  const images = new ImageFolder(join(root, 'public/images'));
  const file = images.readManifest().files.find(({ path }) => path === DXEFV.image);
  return file !== undefined && images.has(file) && isBuiltByRecipe(file.version);
}

function build(): UefiFailure | undefined {
  if (!Apt.available()) return { kind: 'unavailable', reason: 'there is no apt-get and dpkg-deb on this machine' };
  const apt = new Apt(join(cache, 'apt-host'), Apt.hostArchitecture());
  const updated = apt.update();
  if (!updated.ok) say(`the package lists could not be brought up to date: ${updated.error}`);
  const built = buildUefi({ apt, cache: join(cache, 'uefi'), scratch, say });
  rmSync(scratch, { recursive: true, force: true });
  return built.ok ? undefined : built.error;
}

let failure: UefiFailure | undefined;
if (isAssembled()) say('the firmware is in public/images');
else failure = build();
// apt has a sentence for each file.
if (failure !== undefined) say(failure.reason.replace(/ E: .*/s, ''));
process.exitCode = failure === undefined ? 0 : failure.kind === 'unavailable' ? CANNOT_BUILD : 1;
