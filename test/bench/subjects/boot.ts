/**
 * Wall time from power-on to the kernel's first line and to its first process: over the network, with kernel and initrd
 * in memory at power-on, and that once more by v86's own loop on the wall clock, which the exact driving is judged by.
 * The lab's waits (for offers, in menus) are virtual and cost nothing here.
 */
import { V86 } from 'v86';
import { benchScenario, bootServer, INITRD, KERNEL, openLab, runTo, SERVER_IP } from '../labs.ts';
import { measured, type BenchHost, type Measure, type Row, type Values } from '../types.ts';

const MEM_MIB = 256;
const COMMAND_LINE = 'console=ttyS0';
const FIRST_LINE = 'Linux version';
const FIRST_PROCESS = 'Run /init';

const IPXE = (scheme: string): string =>
  `#!ipxe\ndhcp || shell\nkernel ${scheme}://${SERVER_IP}/linux ${COMMAND_LINE}\ninitrd ${scheme}://${SERVER_IP}/initrd.gz\nboot\n`;
const PXELINUX = `DEFAULT linux\nPROMPT 0\nLABEL linux\nKERNEL /linux\nAPPEND initrd=/initrd.gz ${COMMAND_LINE}\n`;

function networkScenario(part: string): ReturnType<typeof benchScenario> {
  const nics = [{ mac: '52:54:00:be:00:01' }];
  const pc = { kind: 'pc' as const, name: 'pc1', nics, memMiB: MEM_MIB };
  const files = [
    { path: '/srv/linux', content: { image: KERNEL } },
    { path: '/srv/initrd.gz', content: { image: INITRD } },
  ];
  switch (part) {
    case 'ipxe-http':
    case 'ipxe-tftp':
      return benchScenario(
        { ...pc, firmware: { personality: 'ipxe', embeddedScript: IPXE(part === 'ipxe-http' ? 'http' : 'tftp') } },
        bootServer('', files),
      );
    case 'pxelinux':
      return benchScenario(
        pc,
        bootServer('dhcp-boot=pxelinux.0\n', [
          ...files,
          { path: '/srv/pxelinux.0', content: { image: 'syslinux/pxelinux.0' } },
          { path: '/srv/ldlinux.c32', content: { image: 'syslinux/bios/ldlinux.c32' } },
          { path: '/srv/pxelinux.cfg/default', content: { text: PXELINUX } },
        ]),
      );
    default:
      return benchScenario(
        { ...pc, optionRom: { image: 'ipxe/pxe-ne2k_pci.rom' } },
        bootServer(`dhcp-boot=http://${SERVER_IP}/boot.ipxe\n`, [
          ...files,
          { path: '/srv/boot.ipxe', content: { text: IPXE('http').replace('dhcp || shell\n', '') } },
        ]),
      );
  }
}

/** A PC with kernel and initrd in memory. */
export function preloadedScenario(memMiB: number): ReturnType<typeof benchScenario> {
  return benchScenario(
    {
      kind: 'pc',
      name: 'pc1',
      nics: [{ mac: '52:54:00:be:00:01' }],
      memMiB,
      preload: { kernel: { image: KERNEL }, initrd: { image: INITRD }, cmdline: COMMAND_LINE },
    },
    bootServer('', []),
  );
}

/** v86 as its own public API runs it: by the wall clock, with JIT modules compiled in the background. */
async function free(host: BenchHost): Promise<Record<string, number>> {
  const buffer = async (path: string): Promise<{ buffer: ArrayBuffer }> => ({
    buffer: Uint8Array.from(await host.image(path)).buffer,
  });
  const { WebAssembly: wasmApi } = globalThis as unknown as {
    readonly WebAssembly: {
      instantiate(bytes: Uint8Array, imports: object): Promise<{ readonly instance: { readonly exports: unknown } }>;
    };
  };
  const wasm = await host.wasmBytes();
  const settings = {
    wasm_fn: async (imports: object) => (await wasmApi.instantiate(wasm, imports)).instance.exports,
    memory_size: MEM_MIB * 1024 * 1024,
    bios: await buffer('bios/bios.bin'),
    vga_bios: await buffer('bios/vgabios-stdvga.bin'),
    bzimage: await buffer(KERNEL),
    initrd: await buffer(INITRD),
    cmdline: COMMAND_LINE,
    disable_keyboard: true,
    disable_mouse: true,
    disable_speaker: true,
    autostart: true,
  };
  return await new Promise((resolve) => {
    const startMs = host.nowMs();
    let linuxS = 0;
    let text = '';
    const emulator = new V86(settings as never);
    emulator.add_listener('serial0-output-byte', (byte) => {
      if (byte !== 10) {
        text += String.fromCharCode(byte);
        return;
      }
      const seconds = (host.nowMs() - startMs) / 1000;
      if (text.includes(FIRST_LINE)) linuxS = seconds;
      if (text.includes(FIRST_PROCESS)) resolve({ linuxS, initS: seconds });
      text = '';
    });
  });
}

async function run(host: BenchHost, part: string): Promise<Record<string, number>> {
  if (part === 'free') return await free(host);
  const lab = await openLab(host, part === 'preloaded' ? preloadedScenario(MEM_MIB) : networkScenario(part));
  const cpuStartMs = host.cpuMs?.();
  const linuxS = runTo(host, lab, `serial:/${FIRST_LINE}/`) / 1000;
  const cpuEndMs = host.cpuMs?.();
  const cpu = cpuStartMs === undefined || cpuEndMs === undefined ? {} : { linuxCpuS: (cpuEndMs - cpuStartMs) / 1000 };
  if (part !== 'preloaded') return { linuxS, ...cpu };
  return { linuxS, ...cpu, initS: linuxS + runTo(host, lab, `serial:/${FIRST_PROCESS.replace('/', '\\/')}/`) / 1000 };
}

const NETWORK = {
  'ipxe-http': 'over the network: our iPXE, HTTP',
  'ipxe-tftp': 'over the network: our iPXE, TFTP',
  pxelinux: 'over the network: our PXE ROM, then PXELINUX by its API',
  'real-ipxe': 'over the network: real iPXE, HTTP',
} as const;

/** PXELINUX asks for each packet by a call of the API. */
const MOST_TIMES = { 'ipxe-http': 1.3, 'ipxe-tftp': 1.3, pxelinux: 1.5 } as const;

function rows(values: Values): Row[] {
  const list: Row[] = [];
  const { preloaded, free: own } = values as Partial<Values>;
  const seconds = (value: number): string => `${value.toFixed(2)} s`;
  const against = (value: number, base: number): string => `${seconds(base)}, ratio ${(value / base).toFixed(2)}`;
  if (preloaded !== undefined)
    list.push({ what: 'preloaded, to "Linux version"', value: seconds(measured(preloaded, 'linuxS')) });
  for (const [part, what] of Object.entries(NETWORK)) {
    const linuxS = values[part]?.['linuxS'];
    if (linuxS === undefined) continue;
    const base = preloaded?.['linuxS'];
    const times = (MOST_TIMES as Readonly<Record<string, number>>)[part];
    const cpuRatio = (values[part]?.['linuxCpuS'] ?? Number.NaN) / (preloaded?.['linuxCpuS'] ?? Number.NaN);
    const cpu = Number.isNaN(cpuRatio) ? '' : `, by CPU time ${cpuRatio.toFixed(2)}`;
    list.push({
      what,
      value: seconds(linuxS),
      ...(base === undefined ? {} : { peer: `preloaded ${against(linuxS, base)}${cpu}` }),
      ...(base === undefined || times === undefined
        ? {}
        : { target: { text: `at most ${times} times`, met: linuxS <= times * base } }),
    });
  }
  if (preloaded !== undefined && own !== undefined) {
    const initS = measured(preloaded, 'initS');
    list.push({
      what: 'preloaded, to "Run /init", exact',
      value: seconds(initS),
      peer: `v86's own loop ${against(initS, measured(own, 'initS'))}`,
      target: { text: 'at most 1.1 times', met: initS <= 1.1 * measured(own, 'initS') },
    });
  }
  return list;
}

export const boot: Measure = {
  name: 'boot',
  title: 'Power-on to "Linux version" of the Debian installer, 256 MiB',
  parts: ['preloaded', 'free', ...Object.keys(NETWORK)],
  hosts: ['node', 'chromium'],
  rounds: 2,
  run,
  rows,
};

const MEMORY_MEM_MIB = 512;

/** Resident memory that an emulated PC adds, without the guest's own RAM, at its first process. */
export const machineMemory: Measure = {
  name: 'memory',
  title: "Memory of an emulated PC beyond the guest's own RAM",
  parts: ['pc'],
  hosts: ['node', 'chromium'],
  run: async (host) => {
    const scenario = preloadedScenario(MEMORY_MEM_MIB);
    // What the lab keeps anyway: images and the module.
    await host.images(scenario);
    await host.wasm();
    const guestBytes = MEMORY_MEM_MIB * 1024 * 1024;
    const before = await host.memory(guestBytes);
    const lab = await openLab(host, scenario);
    runTo(host, lab, `serial:/${FIRST_PROCESS.replace('/', '\\/')}/`);
    const after = await host.memory(guestBytes);
    if (before === undefined || after === undefined) return {};
    const machineBytes = after.residentBytes - before.residentBytes;
    // The guest's memory lies in one mapping with v86's tables; pages that the guest never touched are not resident.
    const guestResident = Math.min(after.largeMappingBytes, guestBytes);
    return { machineBytes, guestResident, beyond: machineBytes - guestResident };
  },
  rows: ({ pc }) => {
    if (pc === undefined) return [];
    const [beyond, guestResident, machineBytes] = [
      measured(pc, 'beyond'),
      measured(pc, 'guestResident'),
      measured(pc, 'machineBytes'),
    ];
    const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
    return [
      {
        what: `${MEMORY_MEM_MIB} MiB guest, at "${FIRST_PROCESS}"`,
        value: `${mb(beyond)} (${mb(machineBytes)} in all, of them guest RAM ${mb(guestResident)})`,
        target: { text: 'at most 150 MB', met: beyond <= 150e6 },
      },
    ];
  },
};
