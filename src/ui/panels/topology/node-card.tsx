/** A card of the topology: a machine with its screen in small, a switch with its VLANs, a server with its services. */
import { Handle, Position, type Node, type NodeProps } from '@xyflow/react';
import { useCallback, type ReactNode } from 'react';
import type { LabEvent } from '../../../base/event-log.ts';
import { isNameOf } from '../../../scenario/machine-names.ts';
import type { BareNode, PcNode, ScenarioNode, ServerNode, SwitchNode } from '../../../scenario/schema.ts';
import { useSelected } from '../../../page/time/selection-details.ts';
import { useShown } from '../../../page/time/displayed-lab.ts';
import { useLive, useView } from '../../../page/store.ts';
import { useScreen } from '../console/screen-canvas.tsx';
import { usePageQueries, useMessage, useStageText, useText } from '../../hooks.ts';
import { SERVICES, servicesOf } from '../../../services/all.ts';
import { useLatest } from '../../use-events.ts';
import { useFaultText } from './fault-text.ts';
import faultStyles from './faults.module.css';
import styles from './topology.module.css';

export interface CardData extends Record<string, unknown> {
  readonly node: ScenarioNode;
  readonly selected: boolean;
  /** Whether a small screen is shown: not when there are very many machines. */
  readonly withScreen: boolean;
}

export type Card = Node<CardData, 'card'>;

export function NodeCard({ data }: NodeProps<Card>): ReactNode {
  const { node, selected, withScreen } = data;
  const shownNs = useView((state) => state.pastNs ?? Number.POSITIVE_INFINITY);
  const marked = useSelected(({ explanation }) => {
    const at = explanation !== undefined && explanation.event.timeNs <= shownNs ? explanation.event.node : undefined;
    return at !== undefined && (at === node.name || isNameOf(node, at));
  });
  return (
    <div className={styles['card']} data-kind={node.kind} data-selected={selected} data-marked={marked}>
      <Handle type="source" position={Position.Right} id="out" className={styles['handle'] ?? ''} />
      <Handle type="target" position={Position.Left} id="in" className={styles['handle'] ?? ''} />
      <Content node={node} withScreen={withScreen} />
      <Faults node={node} />
    </div>
  );
}

function Faults({ node }: { readonly node: ScenarioNode }): ReactNode {
  const describe = useFaultText();
  if (node.faults.length === 0) return null;
  const faults = node.faults.map(describe).join('\n');
  return (
    <div className={faultStyles['badge']} title={faults}>
      ⚠ {node.faults.length === 1 ? faults : node.faults.length}
    </div>
  );
}

function Content({ node, withScreen }: { readonly node: ScenarioNode; readonly withScreen: boolean }): ReactNode {
  switch (node.kind) {
    case 'pc':
    case 'bare':
      return <MachineContent node={node} withScreen={withScreen} />;
    case 'switch':
      return <SwitchContent node={node} />;
    case 'server':
      return <ServerContent node={node} />;
  }
}

function MachineContent({
  node,
  withScreen,
}: {
  readonly node: PcNode | BareNode;
  readonly withScreen: boolean;
}): ReactNode {
  const text = useText();
  const controller = usePageQueries();
  const machines = useShown((state) => state.update?.machines);
  const own = (machines ?? []).filter(({ name }) => isNameOf(node, name));
  const [first] = own;
  const stageText = useStageText();
  const on = own.filter(({ power }) => power === 'on').length;
  const halted = own.filter(({ power }) => power === 'halted').length;
  const lamp = on > 0 ? 'on' : halted > 0 ? 'halted' : 'off';
  const isRow = node.kind === 'bare' && node.count > 1;
  const stage = isRow
    ? text('topology.rowState', { on: on + halted, count: own.length })
    : first?.stage === undefined
      ? text(controller.startsWithLab(node.name) ? 'topology.ready' : 'topology.off')
      : stageText(first.stage, first.stageDetail);
  return (
    <>
      <div className={styles['cardName']}>
        <span className={styles['lamp']} data-on={lamp} aria-hidden="true" />
        {node.name}
        {isRow ? ` ×${node.count}` : ''}
        <span className={styles['cardDetail']}>{node.firmware.personality === 'ipxe' ? 'iPXE' : 'PXE'}</span>
      </div>
      {withScreen && !isRow ? <Thumbnail machine={node.name} /> : null}
      <div className={styles['cardDetail']} title={stage}>
        {stage}
      </div>
    </>
  );
}

function Thumbnail({ machine }: { readonly machine: string }): ReactNode {
  const canvas = useScreen(machine);
  return <canvas ref={canvas} width={720} height={400} className={styles['thumbnail']} aria-hidden="true" />;
}

function SwitchContent({ node }: { readonly node: SwitchNode }): ReactNode {
  const text = useText();
  const isPast = useShown((state) => state.pastNs !== undefined);
  const learned = useLive(
    (state) => state.update?.switches.find(({ name }) => name === node.name)?.macTable.length ?? 0,
  );
  const vlans = node.ports.map((port) =>
    port.mode === 'access' ? `${port.name}: ${port.vlan}` : `${port.name}: trunk`,
  );
  return (
    <>
      <div className={styles['cardName']}>{node.name}</div>
      {vlans.length > 0 ? <div className={styles['cardDetail']}>{vlans.join(' · ')}</div> : null}
      <div className={styles['cardDetail']}>
        {node.stp.enabled ? 'STP · ' : ''}
        {isPast ? '' : text('switch.learned', { count: learned })}
      </div>
    </>
  );
}

type SaidEvent = LabEvent & { readonly kind: 'log' | 'server' };

function ServerContent({ node }: { readonly node: ServerNode }): ReactNode {
  const text = useText();
  const message = useMessage();
  const picks = useCallback(
    (event: LabEvent): event is SaidEvent =>
      event.node === node.name && (event.kind === 'log' || event.kind === 'server'),
    [node.name],
  );
  const last = useLatest(1, picks)[0];
  const line = last?.kind === 'server' ? message(last) : (last?.text ?? '');
  return (
    <>
      <div className={styles['cardName']}>
        {node.name}
        <span className={styles['cardDetail']}>
          {[
            ...(node.forward === true ? [text('kind.router')] : []),
            ...servicesOf(node).map((id) => SERVICES[id].title),
          ].join(' · ')}
        </span>
      </div>
      <div className={styles['cardDetail']}>{node.nics.map((nic) => nic.address ?? nic.name).join(', ')}</div>
      {line === '' ? null : (
        <div className={styles['cardDetail']} title={line}>
          {line}
        </div>
      )}
    </>
  );
}
