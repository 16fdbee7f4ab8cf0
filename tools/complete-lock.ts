/**
 * `npm run lock`: completes package-lock.json after an install. Tools bring a binary for each platform as optional
 * dependencies; a registry that does not carry all of them makes `npm install` leave entries out, and then `npm ci`
 * refuses the lock on every computer. The entries that are missing are added with version, system and processor,
 * which is all that npm needs to pass over them elsewhere and to fetch them where they belong.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  packages: Record<string, LockedPackage>;
}

const PATH = 'package-lock.json';
const SYSTEMS = ['darwin', 'win32', 'android', 'freebsd', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'aix', 'linux'];
const PROCESSORS = ['arm64', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32', 'arm'];

function entryFor(name: string, version: string, isDev: boolean): LockedPackage {
  const os = SYSTEMS.filter((system) => name.includes(system)).slice(0, 1);
  const cpu = PROCESSORS.filter((processor) => name.includes(processor)).slice(0, 1);
  const libc = os[0] !== 'linux' ? [] : name.includes('musl') ? ['musl'] : name.includes('gnu') ? ['glibc'] : [];
  return {
    version,
    optional: true,
    ...(isDev ? { dev: true } : {}),
    ...(os.length > 0 ? { os } : {}),
    ...(cpu.length > 0 ? { cpu } : {}),
    ...(libc.length > 0 ? { libc } : {}),
  };
}

const lock = JSON.parse(readFileSync(PATH, 'utf8')) as Lock;
let added = 0;
for (const [path, locked] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(locked.optionalDependencies ?? {})) {
    const isKnown = [`node_modules/${name}`, `${path}/node_modules/${name}`].some((at) => at in lock.packages);
    if (isKnown || !/^\d/.test(version)) continue;
    lock.packages[`node_modules/${name}`] = entryFor(name, version, locked.dev === true);
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(PATH, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${PATH}: ${added} entries added`);
