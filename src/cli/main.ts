/** The lab without a browser: `npm run --silent lab -- run SCENARIO.json ...` `... frames CAPTURE ...`, `... check LESSON ...` and `... medium ...`. */
import { checkLesson } from './check.ts';
import { runFrames } from './frames.ts';
import { runCompare } from './compare.ts';
import { runFromCapture } from './from-capture.ts';
import { runKeyframe } from './keyframe.ts';
import { runMedium } from './medium.ts';
import { runLab } from './run.ts';

const USAGE = `usage:
  lab run SCENARIO.json [--until EXPR] [--timeout-s N] [--wall-s N] [--pcapng FILE] [--keylog FILE] [--events FILE.jsonl]
          [--findings FILE.json] [--story [--lang fr]] [--serial FILE] [--screen FILE.txt|.png] [--type TEXT@EVENT] [--state-hash]
          [--files FOLDER] [--forward NODE:PORT[/udp]=127.0.0.1:PORT]...
          Seconds: --timeout-s counts virtual ones (600), --wall-s those of this computer (1800).
          Exit code: 0 the condition was reached, 1 it was not, 2 scenario or arguments are wrong, 3 --wall-s is over
          (137 when it is over by 30 s, because one step of the lab does not end).
  lab frames FILE.pcap[ng] [-Y FILTER] [-e FIELD]... [--tree]
  lab from-capture FILE.pcap[ng] --out SCENARIO.json
          Makes a lab of what a capture shows, and says what was known, guessed and missing. Files over 64 kB are written
          beside it (lab run --files FOLDER). Exit code: 0 done, 1 no client boots in it, 2 file or arguments are wrong.
  lab compare A.pcap[ng] B.pcap[ng] [--lang fr]
          What the boots in B do otherwise than those in A, with the numbers of the frames in both. Exit code: 0 they are
          alike, 1 they differ, 2 a file or the arguments are wrong.
  lab check LESSON (--answer LINK | --answers FILE | --solution) [--json] [--lang fr] [--wall-s N]
          LESSON is a file, a link with a lesson, or the id of a lesson of the site; FILE has a link in each line, a name
          may stand before it. --solution plays the lesson's own solutions: each check must fail before and pass after.
          Exit code: 0 all is right, 1 something is not, 2 lesson, link or arguments are wrong, 3 --wall-s (600) is over.
  lab keyframe SCENARIO.json --at SECONDS [--site dist]
          Puts keyframes of the lab's PCs at that moment beside a site that "npm run build" has made from this checkout: its
          page goes there in seconds. Exit code: 0 done, 1 no PC can be kept there, 2 files or arguments are wrong.
  lab medium iso|floppy|usb (--script FILE.ipxe | --grub-config FILE) --out IMAGE
          A medium to burn or to write to a stick (dd if=IMAGE of=/dev/sdX), which starts Debian's iPXE with the script,
          or GRUB with the configuration, on PCs with a BIOS.
  lab medium lkrn --script FILE.ipxe --out FILE.lkrn
          Debian's iPXE as a Linux kernel with the script in it, for a boot loader.
  lab medium rom --script FILE.ipxe [--card ne2k|virtio] --out FILE.rom
          A ROM file of the lab's own iPXE with the script in it, for the flash of a PC's card in a lab.`;

// `lab frames FILE | head`: the reader has enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const io = {
  out: (line: string): void => {
    process.stdout.write(`${line}\n`);
  },
  err: (line: string): void => {
    process.stderr.write(`${line}\n`);
  },
};

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case 'run':
      return await runLab(rest, io);
    case 'check':
      return await checkLesson(rest, io);
    case 'frames':
      return runFrames(rest, io);
    case 'compare':
      return runCompare(rest, io);
    case 'from-capture':
      return runFromCapture(rest, io);
    case 'keyframe':
      return runKeyframe(rest, io);
    case 'medium':
      return runMedium(rest, io);
    case undefined:
      io.err(USAGE);
      return 2;
    default:
      io.err(`no command ${command}\n${USAGE}`);
      return 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
