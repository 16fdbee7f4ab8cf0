/** The portmapper (RFC 1833 §3): says at which port a program listens. */
import { PORTMAP_PROCEDURE, PORTMAP_PROGRAM, PORTMAP_VERSION } from '../../protocols/rpc/fields.ts';
import { XdrWriter, type XdrReader } from '../../protocols/rpc/xdr.ts';
import type { RpcOutcome, RpcProgram } from './rpc-program.ts';

const PROTOCOL_TCP = 6;
const RULE = 'RFC 1833 §3.2';

export interface PortMapping {
  readonly program: number;
  readonly version: number;
  readonly port: number;
}

export class Portmap implements RpcProgram {
  readonly name = 'portmap';
  readonly program = PORTMAP_PROGRAM;
  readonly version = PORTMAP_VERSION;
  private readonly mappings: readonly PortMapping[];

  constructor(mappings: readonly PortMapping[]) {
    this.mappings = mappings;
  }

  call(procedure: number, argument: XdrReader): RpcOutcome | undefined {
    const out = new XdrWriter();
    switch (procedure) {
      case PORTMAP_PROCEDURE.null:
        return { result: out.bytes, what: 'NULL', rule: RULE };
      case PORTMAP_PROCEDURE.getPort: {
        const [program, version, protocol] = [argument.u32(), argument.u32(), argument.u32()];
        argument.u32();
        const same = this.mappings.filter((mapping) => mapping.program === program);
        // Another version of a known program has the port too: the program itself then says which it speaks.
        const found = same.find((mapping) => mapping.version === version) ?? same.at(0);
        const port = protocol === PROTOCOL_TCP ? (found?.port ?? 0) : 0;
        const what = `GETPORT ${program} version ${version} ${protocol === PROTOCOL_TCP ? 'TCP' : `protocol ${protocol}`}: port ${port}`;
        return { result: out.u32(port).bytes, what, rule: RULE, ...(port === 0 ? { status: 'not registered' } : {}) };
      }
      case PORTMAP_PROCEDURE.dump:
        for (const { program, version, port } of this.mappings) out.u32(1, program, version, PROTOCOL_TCP, port);
        return { result: out.u32(0).bytes, what: 'DUMP', rule: RULE };
      case PORTMAP_PROCEDURE.set:
      case PORTMAP_PROCEDURE.unset:
        // RFC 1833 §3.2: false, since only programs of the host itself may register.
        return { result: out.bool(false).bytes, what: 'SET or UNSET', status: 'refused', rule: RULE };
      default:
        return undefined;
    }
  }
}
