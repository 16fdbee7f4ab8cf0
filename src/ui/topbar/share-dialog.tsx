/** The lab as a link: its length, what it opens at, and a snippet to embed it. */
import { useState, type ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { withUserActions } from '../../page/document/edits/user-actions.ts';
import { ownFiles, withCatalogueFiles, type OwnFile } from '../../page/document/files/catalogue-files.ts';
import { withLook } from '../../page/packets/presenter.ts';
import { encodeLink } from '../../page/document/link.ts';
import { MAX_HASH_CHARS } from '../../scenario/packed.ts';
import { useShown } from '../../page/time/displayed-lab.ts';
import { linkedLayout, useLayout } from '../../page/layout/layout-store.ts';
import { fronts } from '../../page/layout/layout.ts';
import { useDocument, useLive, useView } from '../../page/store.ts';
import { formatClock } from '../format.ts';
import { useCommands, usePageQueries, useText } from '../hooks.ts';
import { Button } from '../parts/button.tsx';
import { FileUses } from '../parts/files/file-uses.tsx';
import styles from './dialog.module.css';

export function ShareDialog(): ReactNode {
  const text = useText();
  const controller = usePageQueries();
  const scenario = useDocument((state) => state.scenario);
  const timeNs = useShown((state) => state.update?.timeNs ?? 0);
  const { selection, filter } = useView();
  const arranged = useLayout();
  const inputs = useLive((state) => state.inputs);
  const outages = useLive((state) => state.outages);
  const actionCount = inputs.length + outages.length;
  const [atMoment, setAtMoment] = useState(timeNs > 0);
  const [withTabs, setWithTabs] = useState(false);
  const [withLayout, setWithLayout] = useState(false);
  const [withInputs, setWithInputs] = useState(true);
  const [copied, setCopied] = useState(false);
  const commands = useCommands();
  const close = (): void => void commands.run('dialog.close', 'share');
  if (scenario === undefined) return null;
  const view = {
    filter,
    ...(atMoment ? { atNs: timeNs } : {}),
    ...(atMoment && selection.kind === 'event' ? { event: selection.id } : {}),
    ...(withTabs ? { tabs: fronts(arranged.layout) } : {}),
    ...(withLayout ? { layout: linkedLayout(arranged) } : {}),
  };
  const whole = withInputs ? withUserActions(scenario, { inputs, outages }) : scenario;
  const shared = withCatalogueFiles(withLook(whole), controller.client.manifest.files);
  const leftOut = ownFiles(shared);
  const hash = encodeLink(shared, view);
  const link = `${location.origin}${location.pathname}${hash}`;
  const embed = `<iframe src="${location.origin}${location.pathname}${encodeLink(shared, { ...view, embed: true })}" width="960" height="640" title="${scenario.name.replace(/"/g, '&quot;')}"></iframe>`;
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={close} className={styles['overlay'] ?? ''}>
      <Modal className={styles['modal'] ?? ''}>
        <Dialog className={styles['dialog'] ?? ''}>
          <Heading slot="title">{text('share.title')}</Heading>
          <About link={link} isTooLong={hash.length > MAX_HASH_CHARS} leftOut={leftOut} />
          <textarea readOnly rows={4} value={link} aria-label={text('share.link')} data-testid="share-link" />
          <label>
            <input type="checkbox" checked={atMoment} onChange={({ target }) => setAtMoment(target.checked)} />{' '}
            {text('share.atMoment', { time: formatClock(timeNs) })}
          </label>
          <label>
            <input type="checkbox" checked={withTabs} onChange={({ target }) => setWithTabs(target.checked)} />{' '}
            {text('share.tabs')}
          </label>
          <label>
            <input type="checkbox" checked={withLayout} onChange={({ target }) => setWithLayout(target.checked)} />{' '}
            {text({ en: 'With this arrangement of the panels', fr: 'Avec cette disposition des panneaux' })}
          </label>
          {actionCount > 0 ? (
            <label>
              <input type="checkbox" checked={withInputs} onChange={({ target }) => setWithInputs(target.checked)} />{' '}
              {text('share.withInputs', { count: actionCount })}
            </label>
          ) : null}
          <p>{text('share.embed')}</p>
          <textarea readOnly rows={3} value={embed} aria-label={text('share.embed')} />
          <div className={styles['actions']}>
            <Button
              label={text(copied ? 'share.copied' : 'share.copy')}
              kind="primary"
              onPress={() => void navigator.clipboard.writeText(link).then(() => setCopied(true))}
            />
            <Button label={text('lab.save')} onPress={() => void commands.run('lab.save')} />
            <Button label={text('share.close')} onPress={close} />
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** What the link contains, and what it does not. */
function About({
  link,
  isTooLong,
  leftOut,
}: {
  readonly link: string;
  readonly isTooLong: boolean;
  readonly leftOut: readonly OwnFile[];
}): ReactNode {
  const text = useText();
  const count = link.length;
  if (isTooLong) return <p role="alert">{text('share.tooLong', { count, limit: MAX_HASH_CHARS })}</p>;
  if (leftOut.length === 0) return <p>{text('share.about', { count })}</p>;
  return (
    <>
      <p>{text('share.leftOut', { count })}</p>
      <FileUses files={leftOut} />
    </>
  );
}
