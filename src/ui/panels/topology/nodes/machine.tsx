/** Machines: a card with the screen in small, a form with the firmware; an emulated PC has memory and drives too. */
import type { ReactNode } from 'react';
import { numberLimits } from '../../../../scenario/field-limits.ts';
import { PERSONALITIES, personalitiesOf } from '../../../../scenario/nodes/personalities.ts';
import { countOf, isNameOf, type MachineNode } from '../../../../scenario/nodes/queries.ts';
import type { BareNode, PcNode } from '../../../../scenario/schema.ts';
import type { ValuePath } from '../../../../page/document/edits/set-value.ts';
import { useShown } from '../../../../page/time/displayed-lab.ts';
import { useCommands, usePageQueries, useStageText, useText } from '../../../hooks.ts';
import { NumberField } from '../../../parts/number-field.tsx';
import { useScreen } from '../../console/screen/screen-canvas.tsx';
import { PcFields } from './pc-fields.tsx';
import { FIRMWARE_FIELDS } from './firmware/firmware-fields.tsx';
import styles from '../topology.module.css';
import type { NodeView } from './node-view.ts';

export const pcView: NodeView<PcNode> = {
  Card: MachineCard,
  Fields: ({ node }) => (
    <MachineFields node={node}>
      <PcFields node={node} />
    </MachineFields>
  ),
};

export const bareView: NodeView<BareNode> = { Card: MachineCard, Fields: MachineFields };

function MachineCard({ node, withScreen }: { readonly node: MachineNode; readonly withScreen: boolean }): ReactNode {
  const text = useText();
  const controller = usePageQueries();
  const machines = useShown((state) => state.update?.machines);
  const own = (machines ?? []).filter(({ name }) => isNameOf(node, name));
  const [first] = own;
  const stageText = useStageText();
  const on = own.filter(({ power }) => power === 'on').length;
  const halted = own.filter(({ power }) => power === 'halted').length;
  const lamp = on > 0 ? 'on' : halted > 0 ? 'halted' : 'off';
  const count = countOf(node);
  const isRow = count > 1;
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
        {isRow ? ` ×${count}` : ''}
        <span className={styles['cardDetail']}>{PERSONALITIES[node.firmware.personality].label}</span>
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

/** Enough for Debian's installer. */
const UEFI_MIB = 512;

function MachineFields({ node, children }: { readonly node: MachineNode; readonly children?: ReactNode }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const set = (path: ValuePath, value: unknown): void =>
    void commands.run('edit.set', { of: { node: node.name }, path, value });
  const choose = async (personality: string): Promise<void> => {
    // What it has drivers for, and room for an installer.
    const needs = personality === 'uefi' && 'memMiB' in node ? node.memMiB : undefined;
    if (needs !== undefined) {
      await commands.run('edit.set', { of: { node: node.name }, path: ['nics', 0, 'model'], value: 'virtio' });
      if (needs < UEFI_MIB)
        await commands.run('edit.set', { of: { node: node.name }, path: ['memMiB'], value: UEFI_MIB });
    }
    set(['firmware', 'personality'], personality);
  };
  const Firmware = FIRMWARE_FIELDS[node.firmware.personality];
  return (
    <div className={styles['fields']}>
      <label>
        {text('node.firmware')}
        <select value={node.firmware.personality} onChange={({ target }) => void choose(target.value)}>
          {personalitiesOf(node.kind).map((id) => (
            <option key={id} value={id}>
              {PERSONALITIES[id].title}
            </option>
          ))}
        </select>
      </label>
      {'memMiB' in node ? (
        <NumberField
          label={text('node.memory')}
          value={node.memMiB}
          limits={numberLimits('nodes', 'pc', 'memMiB')}
          set={(value) => set(['memMiB'], value)}
        />
      ) : null}
      {Firmware === undefined ? null : <Firmware node={node} />}
      {children}
    </div>
  );
}
