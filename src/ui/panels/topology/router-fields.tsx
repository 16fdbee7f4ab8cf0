/** What makes a server a router: more than one card, IP forwarding, routes, and the MTU of each card. */
import type { ReactNode } from 'react';
import { addServerCard } from '../../../page/document/scenario-edits.ts';
import { useDocument } from '../../../page/store.ts';
import { SCENARIO_LIMITS, type Scenario, type ServerNode } from '../../../scenario/schema.ts';
import { useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import { CheckedField } from './node-identity.tsx';

export function RouterFields({ node }: { readonly node: ServerNode }): ReactNode {
  const text = useText();
  const edit = useDocument((state) => state.edit);
  const own = (draft: Scenario, change: (server: ServerNode) => void): void => {
    const server = draft.nodes.find(({ name }) => name === node.name);
    if (server?.kind === 'server') change(server);
  };
  return (
    <>
      <label>
        <input
          type="checkbox"
          checked={node.forward === true}
          onChange={({ target }) =>
            edit((draft) =>
              own(draft, (server) => {
                if (target.checked) server.forward = true;
                else delete server.forward;
              }),
            )
          }
        />
        {text('node.forward')}
      </label>
      {node.forward === true || node.routes !== undefined ? (
        <span title={text('node.routesHint')}>
          <CheckedField
            label={text('node.routes')}
            value={(node.routes ?? []).map(({ to, via }) => `${to} via ${via}`).join(', ')}
            change={(draft, typed) =>
              own(draft, (server) => {
                const routes = parseRoutes(typed);
                if (routes.length > 0) server.routes = routes;
                else delete server.routes;
              })
            }
          />
        </span>
      ) : null}
      {node.forward === true
        ? node.nics.map(({ name, mtu }, i) => (
            <CheckedField
              key={name}
              label={text('node.mtu', { nic: name })}
              value={String(mtu ?? 1500)}
              change={(draft, typed) =>
                own(draft, (server) => {
                  const nic = server.nics[i];
                  if (nic === undefined) return;
                  if (typed === '' || typed === '1500') delete nic.mtu;
                  else nic.mtu = Number(typed);
                })
              }
            />
          ))
        : null}
      {node.nics.length < SCENARIO_LIMITS.maxServerCards ? (
        <Button label={text('node.addCard')} onPress={() => edit((draft) => addServerCard(draft, node.name))} />
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
