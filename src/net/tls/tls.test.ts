/** Client and server of TLS against each other: each suite, sessions, certificates of clients, what goes wrong. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latin1 } from '../../base/bytes.ts';
import { itemAt } from '../../base/lists/list.ts';
import { CIPHER_SUITE_NAMES } from '../../protocols/tls/fields.ts';
import { CIPHER_SUITES } from '../../protocols/tls/cipher/suites.ts';
import { SessionStore } from './session-store.ts';
import { IPXE_SUITES } from './ipxe-offer.ts';
import { CLIENT_OPTIONS, Conversation, selfSigned, serverOptions } from './testing.ts';

const EC = selfSigned('P-256', 'boot.lab');
const RSA = selfSigned('RSA-2048', 'boot.lab');

function identityFor(suite: number): typeof EC {
  return CIPHER_SUITES.get(suite)?.auth === 'ecdsa' ? EC : RSA;
}

function talk(one: Conversation): void {
  one.client.send(latin1('GET / HTTP/1.1\r\n\r\n'));
  one.server.send(new Uint8Array(10_000).fill(7));
  one.run();
}

describe('TLS 1.2', () => {
  it.each(IPXE_SUITES.map((id) => [CIPHER_SUITE_NAMES[id], id] as const))('%s', (_, id) => {
    const one = new Conversation({ suites: [id] }, serverOptions(identityFor(id))).start();
    expect(one.failures).toEqual({});
    expect(one.agreement).toMatchObject({ version: 0x0303, suite: { id }, serverName: 'boot.lab' });
    talk(one);
    expect(one.received.server.map((data) => data.length)).toEqual([18]);
    // The client's limit of fragments is 4096 bytes.
    expect(one.received.client.map((data) => data.length)).toEqual([4096, 4096, 1808]);
  });
});

describe('TLS 1.1', () => {
  it.each([0xc013, 0xc00a, 0x0033, 0x0039, 0x002f, 0x0035])('suite %i', (id) => {
    const one = new Conversation({ suites: [id], version: 0x0302 }, serverOptions(identityFor(id))).start();
    expect(one.failures).toEqual({});
    expect(one.agreement?.version).toBe(0x0302);
    talk(one);
    expect(one.received.client).toHaveLength(3);
  });

  it('has no suite in common with a server that speaks AEAD only', () => {
    const server = { ...serverOptions(RSA), suites: [0xc02f, 0x009e] };
    const one = new Conversation({ version: 0x0302 }, server).start();
    expect(one.failures).toEqual({
      client: { code: 'alert-received', alert: 40 },
      server: { code: 'no-suite', alert: 40 },
    });
  });
});

describe('a session', () => {
  it('is resumed by its ticket, without certificates', () => {
    const sessions = new SessionStore();
    const first = new Conversation({}, { ...serverOptions(EC), sessions }).start();
    const { session } = first.client;
    expect(session?.ticket).toHaveLength(32);
    const again = new Conversation({ session }, { ...serverOptions(EC), sessions }).start();
    expect(again.failures).toEqual({});
    expect(again.agreement?.isResumed).toBe(true);
    expect(again.chain).toEqual([]);
    talk(again);
    expect(again.received.client).toHaveLength(3);
  });

  it('that the server has forgotten leads to a full handshake', () => {
    const { session } = new Conversation({}, { ...serverOptions(EC), sessions: new SessionStore() }).start().client;
    const again = new Conversation({ session }, { ...serverOptions(EC), sessions: new SessionStore() }).start();
    expect(again.agreement?.isResumed).toBe(false);
    expect(again.chain).toHaveLength(1);
  });
});

describe('a certificate of the client', () => {
  const identity = selfSigned('P-256', 'pc1');
  it('is shown when the server asks, and checked with its key', () => {
    for (const id of [0xc02b, 0xc02f, 0x009c]) {
      const server = { ...serverOptions(identityFor(id)), clientAuth: 'require' as const };
      const one = new Conversation({ suites: [id], identity }, server).start();
      expect(one.failures).toEqual({});
      expect(one.agreement?.clientChain).toEqual(identity.chain);
    }
  });

  it('that is missing where it is required, or refused, ends the handshake', () => {
    const required = { ...serverOptions(EC), clientAuth: 'require' as const };
    const missing = new Conversation({}, required).start();
    expect(missing.failures['client']).toEqual({ code: 'alert-received', alert: 40 });
    const refused = new Conversation({ identity }, { ...required, verifyClient: () => 48 }).start();
    expect(refused.failures['client']).toEqual({ code: 'alert-received', alert: 48 });
    expect(new Conversation({}, { ...required, clientAuth: 'request' }).start().failures).toEqual({});
  });
});

describe('what cannot be', () => {
  it('a server of TLS 1.3 alone answers with an alert', () => {
    const one = new Conversation({}, { ...serverOptions(EC), minVersion: 0x0304 }).start();
    expect(one.failures['client']).toEqual({ code: 'alert-received', alert: 70 });
  });

  it('a certificate that the client refuses ends the handshake at the server too', () => {
    const one = new Conversation({}, serverOptions({ chain: [latin1('no certificate')], key: EC.key })).start();
    expect(one.client.isOver).toBe(true);
    expect(one.failures['server']).toEqual({ code: 'alert-received', alert: 0 });
  });

  it('the same seed gives the same bytes', () => {
    const [one, two] = [1, 2].map(() => new Conversation({}, serverOptions(EC)).start().sent);
    expect(one).toEqual(two);
  });

  it('bytes that change on the way never lead to data, and never to an exception', () => {
    const sizes = new Conversation({}, serverOptions(EC)).start().sent;
    fc.assert(
      fc.property(
        fc.constantFrom('client', 'server'),
        fc.nat(3),
        fc.nat(1500),
        fc.integer({ min: 1, max: 255 }),
        (side, flight, at, flip) => {
          const which = flight % sizes[side].length;
          const one = new Conversation(CLIENT_OPTIONS, serverOptions(EC));
          let count = 0;
          one.change = (bytes, from) => {
            if (from !== side || count++ !== which) return bytes;
            const changed = bytes.slice();
            const place = at % changed.length;
            changed[place] = itemAt(changed, place) ^ flip;
            return changed;
          };
          one.start();
          const isReady = one.client.isReady && one.server.isReady;
          // Only the version in the header of a record is not protected before the keys are in use.
          if (isReady) expect(at % itemAt(sizes[side], which).length).toBeLessThan(1500);
          else expect(Object.keys(one.failures).length + (one.client.isReady ? 0 : 1)).toBeGreaterThan(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});
