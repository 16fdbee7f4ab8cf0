/** What makes a server a router: more than one card, IP forwarding, routes, and the MTU of each card. */
import type { ReactNode } from 'react';
import type { Message } from '../../../../base/sentence.ts';
import type { ValuePath } from '../../../../page/document/edits/set-value.ts';
import { SCENARIO_LIMITS } from '../../../../scenario/limits.ts';
import type { ServerNode } from '../../../../scenario/schema.ts';
import { useCommands, useText } from '../../../hooks.ts';
import { Button } from '../../../parts/button.tsx';
import { CheckedField } from './node-identity.tsx';

/** What a card without a setting has, bytes. */
const ETHERNET_MTU = 1500;

export function RouterFields({ node }: { readonly node: ServerNode }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const set = async (path: ValuePath, value: unknown): Promise<Message | undefined> =>
    await commands.run('edit.set', { of: { node: node.name }, path, value });
  return (
    <>
      <label>
        <input
          type="checkbox"
          checked={node.forward === true}
          onChange={({ target }) => void set(['forward'], target.checked ? true : undefined)}
        />
        {text('node.forward')}
      </label>
      {node.forward === true || node.routes !== undefined ? (
        <span title={text('node.routesHint')}>
          <CheckedField
            label={text('node.routes')}
            value={(node.routes ?? []).map(({ to, via }) => `${to} via ${via}`).join(', ')}
            onChange={async (typed) => {
              const routes = parseRoutes(typed);
              return await set(['routes'], routes.length > 0 ? routes : undefined);
            }}
          />
        </span>
      ) : null}
      {node.forward === true
        ? node.nics.map(({ name, mtu }, i) => (
            <CheckedField
              key={name}
              label={text('node.mtu', { nic: name })}
              value={String(mtu ?? ETHERNET_MTU)}
              onChange={async (typed) =>
                await set(
                  ['nics', i, 'mtu'],
                  typed === '' || Number(typed) === ETHERNET_MTU ? undefined : Number(typed),
                )
              }
            />
          ))
        : null}
      {node.nics.length < SCENARIO_LIMITS.maxServerCards ? (
        <Button label={text('node.addCard')} onPress={() => void commands.run('node.add-card', node.name)} />
      ) : null}
    </>
  );
}

/** `10.0.9.0/24 via 10.0.3.254, ...`; what is wrong in it is found by the schema. */
function parseRoutes(typed: string): { to: string; via: string }[] {
  return typed
    .split(',')
    .map((route) => route.trim().split(/\s+(?:via\s+)?/))
    .filter(([to]) => to !== '')
    .map(([to = '', via = '']) => ({ to, via }));
}
