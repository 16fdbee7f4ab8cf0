/** Commands on SAN devices. */
import { OK, type Status } from '../errors.ts';
import { driveNumber, hookSan, releaseSan, startSan } from '../san/san.ts';
import { flag, MANY_ARGUMENTS, option, type CommandSpec } from './registry.ts';

const DRIVE = option('drive', 'd', 'integer');
const NO_DESCRIBE = flag('no-describe', 'n');

export const sanCommands: readonly CommandSpec[] = [
  {
    name: 'sanhook',
    feature: 'SANBOOT_CMD',
    options: [DRIVE, NO_DESCRIBE],
    minArguments: 1,
    maxArguments: MANY_ARGUMENTS,
    usage: '<root-path>...',
    *run(ipxe, given) {
      const describe = !given.flag('no-describe');
      return yield* hookSan(ipxe, given.args, driveNumber(ipxe, given.number('drive')), { describe });
    },
  },
  {
    name: 'sanboot',
    feature: 'SANBOOT_CMD',
    options: [
      DRIVE,
      NO_DESCRIBE,
      flag('keep', 'k'),
      option('filename', 'f', 'string'),
      option('extra', 'e', 'string'),
      option('label', 'l', 'string'),
      option('uuid', 'u', 'uuid'),
    ],
    minArguments: 0,
    maxArguments: MANY_ARGUMENTS,
    usage: '[<root-path>]',
    *run(ipxe, given) {
      const drive = driveNumber(ipxe, given.number('drive'));
      let status: Status = OK;
      const describe = !given.flag('no-describe');
      if (given.args.length > 0) status = yield* hookSan(ipxe, given.args, drive, { describe });
      if (status !== OK) return status;
      status = yield* startSan(ipxe, drive, given.text('filename'));
      // A drive that was there before stays.
      if (!ipxe.isEnding && given.args.length > 0 && !given.flag('keep')) yield* releaseSan(ipxe, drive);
      return status;
    },
  },
  {
    name: 'sanunhook',
    feature: 'SANBOOT_CMD',
    options: [DRIVE],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    *run(ipxe, given) {
      yield* releaseSan(ipxe, driveNumber(ipxe, given.number('drive')));
      return OK;
    },
  },
];
