/**
 * The build options of an iPXE: a preset, single features, branding, timeouts, an embedded script; and beside them the
 * resulting banner, commands and DHCP requests. Edits are edits of the lab: undone like any other, in force when the
 * lab restarts.
 */
import type { ValuePath } from '../../../../page/document/edits/set-value.ts';
import { useEffect, useState, type ReactNode } from 'react';
import {
  buildOf,
  buildTargets,
  withBuildValue,
  withFeature,
  withPreset,
  buildPath,
  type BuildTarget,
} from '../../../../page/document/edits/build-edits.ts';
import type { BuildFlagView, BuildView } from '../../../../threads/api/lab-api.ts';
import { useDocument, useLive } from '../../../../page/store.ts';
import { withinLimits, type NumberLimits } from '../../../../scenario/field-limits.ts';
import { isMachine, isNameOf } from '../../../../scenario/nodes/queries.ts';
import type { ChainImage, Scenario } from '../../../../scenario/schema.ts';
import { useCommands, usePageQueries, useText } from '../../../hooks.ts';
import { Button } from '../../../parts/button.tsx';
import { Empty } from '../../../parts/states/empty.tsx';
import styles from './build-panel.module.css';
import { OrderImage } from './order-image.tsx';
import { BuildTrust } from './build-trust.tsx';

const GROUPS: readonly BuildFlagView['group'][] = ['command', 'protocol', 'image', 'other'];
const TEXTS = ['userClass', 'productName', 'productShortName', 'productTagLine', 'productUri'] as const;
const NUMBERS = ['bannerTimeoutDs', 'romBannerTimeoutDs'] as const;
const PRESETS = ['default', 'all', 'vendor', 'no-user-class'] as const;

/** Limits of the form alone: the firmware takes any text and any number of tenths of a second. */
const MOST_CHARACTERS = 120;
const TIMEOUTS_DS: NumberLimits = { min: 0, max: 600, isInteger: true };

function nameOf(target: BuildTarget): string {
  return target.kind === 'rom' ? target.node : `${target.node}: ${target.path}`;
}

export function BuildPanel({ machine }: { readonly machine: string }): ReactNode {
  const text = useText();
  const scenario = useDocument((state) => state.scenario);
  const [chosen, setChosen] = useState<string>();
  if (scenario === undefined) return null;
  const node = scenario.nodes.find((known) => isNameOf(known, machine));
  const targets = buildTargets(scenario).filter((target) => target.kind === 'file' || target.node === node?.name);
  const target = targets.find((known) => nameOf(known) === chosen) ?? targets[0];
  const build = target === undefined ? undefined : buildOf(scenario, target);
  if (target === undefined || build === undefined) return <NoBuild scenario={scenario} machine={machine} />;
  return (
    <section className={styles['panel']} aria-label={text('console.build')}>
      <div className={styles['bar']}>
        <label>
          {text('build.of')}
          <select value={nameOf(target)} onChange={({ target: { value } }) => setChosen(value)}>
            {targets.map((known) => (
              <option key={nameOf(known)} value={nameOf(known)}>
                {known.kind === 'rom' ? text('build.rom', { machine: nameOf(known) }) : nameOf(known)}
              </option>
            ))}
          </select>
        </label>
        <Apply />
      </div>
      <BuildForm target={target} build={build} />
      {node?.kind === 'pc' ? <OrderImage key={node.name} node={node} script={build.embeddedScript} /> : null}
    </section>
  );
}

/** A machine without an iPXE of the lab: offers to use one. */
function NoBuild({ scenario, machine }: { readonly scenario: Scenario; readonly machine: string }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const node = scenario.nodes.find((known) => isNameOf(known, machine));
  if (node === undefined || !isMachine(node)) return <Empty title={text('console.empty')} />;
  if (node.firmware.personality === 'ipxe') return <Empty title={text('build.otherRom', { machine })} />;
  return (
    <Empty title={text('build.plain', { machine })}>
      <Button
        label={text('build.makeIpxe')}
        kind="primary"
        onPress={() =>
          void commands.run('edit.set', {
            of: { node: node.name },
            path: ['firmware', 'personality'],
            value: 'ipxe',
          })
        }
      />
    </Empty>
  );
}

function Apply(): ReactNode {
  const text = useText();
  const commands = useCommands();
  const stale = useLive((state) => state.stale);
  return (
    <>
      <Button
        label={text('server.apply')}
        kind="primary"
        isDisabled={!stale}
        onPress={() => void commands.run('time.restart')}
      />
      <span role="status" className={styles['quiet']}>
        {stale ? text('server.notApplied') : ''}
      </span>
    </>
  );
}

/** A preview of the build, computed by the lab's own firmware. */
function useBuildView(build: ChainImage): BuildView | undefined {
  const { client } = usePageQueries();
  const [view, setView] = useState<BuildView>();
  const { options } = build;
  useEffect(() => {
    let isWanted = true;
    void client.lab.ipxeBuild({ options }).then((made) => {
      if (isWanted) setView(made);
    });
    return () => {
      isWanted = false;
    };
  }, [client, options]);
  return view;
}

function BuildForm({ target, build }: { readonly target: BuildTarget; readonly build: ChainImage }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const view = useBuildView(build);
  if (view === undefined) return null;
  const set = (path: ValuePath, value: unknown): void => {
    const { scenario } = useDocument.getState();
    if (scenario === undefined) return;
    void commands.run('edit.set', {
      of: { node: target.node },
      path: [...buildPath(scenario, target), ...path],
      value,
    });
  };
  const setOptions = (options: ChainImage['options']): void => set(['options'], options);
  return (
    <>
      <div className={styles['fields']}>
        <label>
          {text('build.preset')}
          <select
            value={view.preset}
            onChange={({ target: { value } }) => setOptions(withPreset(build.options, value))}
          >
            {PRESETS.filter((preset) => view.presets.includes(preset)).map((preset) => (
              <option key={preset} value={preset}>
                {text(`build.preset.${preset}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Preview view={view} />
      <div className={styles['fields']}>
        {TEXTS.map((name) => (
          <label key={name}>
            {text(`build.${name}`)}
            <input
              key={view.texts[name]}
              defaultValue={view.texts[name]}
              spellCheck={false}
              maxLength={MOST_CHARACTERS}
              onBlur={({ target: { value } }) => {
                if (value !== view.texts[name])
                  setOptions(withBuildValue(build.options, name, value, view.presetTexts[name]));
              }}
            />
          </label>
        ))}
        {NUMBERS.map((name) => (
          <label key={name}>
            {text(`build.${name}`)}
            <input
              key={view.numbers[name]}
              type="number"
              min={TIMEOUTS_DS.min}
              max={TIMEOUTS_DS.max}
              defaultValue={view.numbers[name]}
              onBlur={({ target: { value } }) => {
                const ds = withinLimits(Number(value), TIMEOUTS_DS);
                if (ds !== view.numbers[name])
                  setOptions(withBuildValue(build.options, name, ds, view.presetNumbers[name]));
              }}
            />
          </label>
        ))}
        <BuildTrust options={build.options} setOptions={setOptions} />
      </div>
      <label className={styles['script']}>
        {text('build.embeddedScript')}
        <textarea
          key={build.embeddedScript ?? ''}
          defaultValue={build.embeddedScript ?? ''}
          rows={Math.min(12, 2 + (build.embeddedScript ?? '').split('\n').length)}
          spellCheck={false}
          placeholder={'#!ipxe\n…'}
          onBlur={({ target: { value } }) => {
            if (value === (build.embeddedScript ?? '')) return;
            set(['embeddedScript'], value.trim() === '' ? undefined : value);
          }}
        />
      </label>
      {GROUPS.map((group) => (
        <fieldset key={group} className={styles['group']}>
          <legend>{text(`build.group.${group}`)}</legend>
          {view.flags
            .filter((flag) => flag.group === group)
            .map((flag) => (
              <Flag
                key={flag.flag}
                flag={flag}
                onSwitch={(on) => setOptions(withFeature(build.options, flag.flag, on, flag.isInPreset))}
              />
            ))}
        </fieldset>
      ))}
    </>
  );
}

function Flag({
  flag,
  onSwitch,
}: {
  readonly flag: BuildFlagView;
  readonly onSwitch: (on: boolean) => void;
}): ReactNode {
  const text = useText();
  const isChanged = flag.isOn !== flag.isInPreset;
  const effects = [
    ...(flag.feature === undefined ? [] : [`Features: ${flag.feature}`]),
    ...(flag.commands.length === 0 ? [] : [flag.commands.join(', ')]),
  ];
  return (
    <label className={styles['flag']} data-changed={isChanged}>
      <input type="checkbox" checked={flag.isOn} onChange={({ target }) => onSwitch(target.checked)} />
      <span>
        <code>{flag.flag}</code>
        {isChanged ? <span className={styles['changed']}> {text('build.changed')}</span> : null}
        {effects.length === 0 ? null : <span className={styles['quiet']}> {effects.join(' · ')}</span>}
      </span>
    </label>
  );
}

/**
 * The banner as it will appear on the screen, with the differences from the default build.
 */
function Preview({ view }: { readonly view: BuildView }): ReactNode {
  const text = useText();
  const { texts } = view;
  return (
    <section className={styles['preview']} aria-label={text('build.preview')} aria-live="polite">
      <pre tabIndex={0}>
        {texts.productName === '' ? '' : `${texts.productName}\n`}
        <strong>
          {texts.productShortName} {view.version}
        </strong>{' '}
        -- {texts.productTagLine} -- {texts.productUri}
        {'\n'}
        <span data-testid="build-features">Features: {view.features.join(' ')}</span>
      </pre>
      <dl>
        <Beside title="Features" added={view.addedFeatures} missing={view.missingFeatures} />
        <dt>{text('build.commands', { count: view.commands.length })}</dt>
        <dd>
          <details>
            <summary>{text('build.allCommands')}</summary>
            <code>{view.commands.join(' ')}</code>
          </details>
        </dd>
        <Beside title={text('build.commandsBeside')} added={view.addedCommands} missing={view.missingCommands} />
        <dt>{text('build.option77')}</dt>
        <dd>{texts.userClass === '' ? text('build.noUserClass') : <code>{texts.userClass}</code>}</dd>
        <dt>{text('build.option175')}</dt>
        <dd>
          <code data-testid="build-option-175">{view.featureBytes}</code>
        </dd>
      </dl>
    </section>
  );
}

/** Compared with the default build. */
function Beside({
  title,
  added,
  missing,
}: {
  readonly title: string;
  readonly added: readonly string[];
  readonly missing: readonly string[];
}): ReactNode {
  const text = useText();
  if (added.length + missing.length === 0) return null;
  return (
    <>
      <dt>{title}</dt>
      <dd>
        {missing.length === 0 ? null : (
          <span>
            {text('build.missing')} <del>{missing.join(' ')}</del>{' '}
          </span>
        )}
        {added.length === 0 ? null : (
          <span>
            {text('build.added')} <ins>{added.join(' ')}</ins>
          </span>
        )}
      </dd>
    </>
  );
}
