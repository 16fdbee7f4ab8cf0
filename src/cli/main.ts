/** The lab without a browser: `npm run --silent lab -- run SCENARIO.json ...` and `... frames CAPTURE ...`. */
import { runFrames } from './frames.ts';
import { runLab } from './run.ts';

const USAGE = `usage:
  lab run SCENARIO.json [--until EXPR] [--timeout-s N] [--pcapng FILE] [--events FILE.jsonl]
          [--serial FILE] [--screen FILE.txt|.png] [--type TEXT@EVENT] [--state-hash] [--files FOLDER]
  lab frames FILE.pcap[ng] [-Y FILTER] [-e FIELD]... [--tree]`;

const io = {
  out: (line: string): void => {
    process.stdout.write(`${line}\n`);
  },
  err: (line: string): void => {
    process.stderr.write(`${line}\n`);
  },
};

function main(args: readonly string[]): number {
  const [command, ...rest] = args;
  switch (command) {
    case 'run':
      return runLab(rest, io);
    case 'frames':
      return runFrames(rest, io);
    default:
      io.err(command === undefined ? USAGE : `no command ${command}\n${USAGE}`);
      return 2;
  }
}

process.exitCode = main(process.argv.slice(2));
