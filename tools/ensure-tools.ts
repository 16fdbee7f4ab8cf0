/**
 * Finds, or installs, the programs that the tests compare with: tshark, OpenSSL, dnsmasq, readers of media, and for the
 * journeys a Chromium, Firefox ESR and WebKitGTK. As root on Debian they are installed with apt-get; elsewhere a sentence says what
 * to do. The journeys of Firefox and WebKitGTK are skipped where they are missing, but not in CI.
 */
import { spawnSync } from 'node:child_process';
import { findBrowser } from '../test/journeys/browser.ts';
import { findFirefox } from '../test/journeys/firefox.ts';
import { findWebKit } from '../test/journeys/find-webkit.ts';

function has(program: string): boolean {
  return spawnSync('which', [program], { stdio: 'ignore' }).status === 0;
}

function install(packages: readonly string[]): boolean {
  if (process.getuid?.() !== 0 || !has('apt-get')) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  console.log(`Installing ${packages.join(', ')} with apt-get`);
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'] as ('ignore' | 'inherit')[], env };
  spawnSync('apt-get', ['update', '-q'], quiet);
  return spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], quiet).status === 0;
}

function ensureOtherBrowsers(): void {
  const wanted: string[] = [];
  if (findFirefox() === undefined) wanted.push('firefox-esr');
  if (findWebKit() === undefined) wanted.push('webkit2gtk-driver', 'xvfb', 'xauth');
  if (wanted.length > 0 && !install(wanted))
    console.log(`Without ${wanted.join(', ')} the journeys of Firefox ESR or WebKitGTK cannot run.`);
}

/** The real dnsmasq is compared with where it can be had; its step says that it is skipped where not. */
function ensureDnsmasq(): void {
  if (!has('dnsmasq')) install(['dnsmasq-base', 'iproute2']);
}

/** Made media are read back by what reads them on Debian; that test is skipped where it cannot be had. */
function ensureMediaReaders(): void {
  if (!has('nasm')) install(['nasm']);
  if (!has('xorriso') || !has('mcopy') || !has('fsck.fat')) install(['xorriso', 'mtools', 'dosfstools']);
}

/** Returns the exit code: 0 when everything is there. */
export function ensureTools({ needsBrowser }: { readonly needsBrowser: boolean }): number {
  const wanted: string[] = [];
  if (!has('tshark')) wanted.push('tshark');
  if (!has('openssl')) wanted.push('openssl');
  if (!has('curl')) wanted.push('curl');
  if (needsBrowser && findBrowser() === undefined) wanted.push('chromium');
  if (wanted.length === 0 || install(wanted)) {
    if (needsBrowser) {
      ensureOtherBrowsers();
      ensureDnsmasq();
      ensureMediaReaders();
    }
    return 0;
  }
  console.error(
    `The tests need ${wanted.join(' and ')}, and cannot install them here. On Debian or Ubuntu run "sudo apt-get install ${wanted.join(' ')}"; ` +
      'elsewhere install Wireshark (with tshark) and Chrome or Chromium, or set NETBOOT_LAB_BROWSER to the path of a browser.',
  );
  return 1;
}
