/** Finds Debian's WebKitGTK and what drives it. */
import { existsSync, readdirSync } from 'node:fs';

export const DRIVER = '/usr/bin/WebKitWebDriver';
/** Starts a program on a screen of its own. */
export const SCREEN = '/usr/bin/xvfb-run';
const LIBRARIES = '/usr/lib';

/** The path of the small browser that comes with the library, when all that is needed to drive it is there. */
export function findWebKit(): string | undefined {
  if (![DRIVER, SCREEN].every((path) => existsSync(path)) || !existsSync(LIBRARIES)) return undefined;
  return readdirSync(LIBRARIES)
    .filter((name) => name.endsWith('-linux-gnu'))
    .flatMap((name) => ['4.1', '4.0'].map((version) => `${LIBRARIES}/${name}/webkit2gtk-${version}/MiniBrowser`))
    .find((path) => existsSync(path));
}
