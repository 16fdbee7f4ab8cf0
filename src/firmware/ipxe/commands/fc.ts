/** Commands on Fibre Channel: what ports and peers there are, and single link services. */
import { encodeProcessLogin } from '../../../protocols/fcels/codec.ts';
import { FC_ID, FC_TYPE } from '../../../protocols/fc/fields.ts';
import { ELS, PRLI_FCP, PRLI_FLAG } from '../../../protocols/fcels/fields.ts';
import { Err, OK } from '../errors.ts';
import { runJob } from '../net/transfer/job.ts';
import { option, type CommandSpec } from './registry.ts';

const ECHO_COMMAND = 0x10;

/** By the name that is typed; names are printed as they are here. */
const SERVICES: ReadonlyMap<string, { readonly command: number; readonly request?: Uint8Array }> = new Map([
  ['FLOGI', { command: ELS.flogi }],
  ['PLOGI', { command: ELS.plogi }],
  ['LOGO', { command: ELS.logo }],
  [
    'PRLI-FCP',
    {
      command: ELS.prli,
      request: encodeProcessLogin({
        command: ELS.prli,
        type: FC_TYPE.fcp,
        flags: PRLI_FLAG.establish,
        parameters: PRLI_FCP.initiator | PRLI_FCP.noReadReady,
      }),
    },
  ],
  ['RTV', { command: ELS.rtv }],
  ['ECHO', { command: ECHO_COMMAND, request: Uint8Array.of(ECHO_COMMAND, 0, 0, 0, 0x69, 0x50, 0x58, 0x45) }],
]);

/** Three bytes in hexadecimal digits, with colons. */
const PORT_ID = /^([0-9a-f]{1,2}):([0-9a-f]{1,2}):([0-9a-f]{1,2})$/i;

function parseId(text: string): number | undefined {
  const match = PORT_ID.exec(text);
  if (match === null) return undefined;
  const [, ...bytes] = match;
  return bytes.reduce((id, byte) => id * 256 + Number.parseInt(byte, 16), 0);
}

export const fcCommands: readonly CommandSpec[] = [
  {
    name: 'fcstat',
    feature: 'FCMGMT_CMD',
    options: [],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    *run(ipxe) {
      for (const one of [...ipxe.fc.ports, ...ipxe.fc.peers]) yield* ipxe.print(one.description);
      return OK;
    },
  },
  {
    name: 'fcels',
    feature: 'FCMGMT_CMD',
    options: [option('port', 'p', 'string'), option('id', 'i', 'string')],
    minArguments: 1,
    maxArguments: 1,
    usage: '<request>',
    *run(ipxe, given) {
      const portName = given.text('port');
      const named = ipxe.fc.ports.find(({ name }) => name === portName);
      if (portName !== undefined && named === undefined) {
        yield* ipxe.print(`"${portName}": no such port\n`);
        return Err.noFibrePort;
      }
      const idText = given.text('id');
      const id = idText === undefined ? FC_ID.none : parseId(idText);
      if (id === undefined) {
        yield* ipxe.print(`"${idText}": invalid port ID\n`);
        return Err.badFibreId;
      }
      const asked = given.arg(0);
      const name = asked.toUpperCase();
      const service = SERVICES.get(name);
      if (service === undefined) {
        yield* ipxe.print(`"${asked}": unrecognised ELS\n`);
        return Err.noFibreService;
      }
      const port = named ?? ipxe.fc.ports[0];
      if (port === undefined) {
        yield* ipxe.print('No ports\n');
        return Err.noFibrePort;
      }
      const peer = id === FC_ID.none ? FC_ID.fPort : id;
      const shown = [peer >>> 16, (peer >>> 8) & 0xff, peer & 0xff].map((byte) => byte.toString(16).padStart(2, '0'));
      return yield* runJob(ipxe, { title: `${port.name} ${name} to ${shown.join(':')}` }, () =>
        port.linkService(peer, service.command, service.request),
      );
    },
  },
];
