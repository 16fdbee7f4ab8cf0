/** The licences of everything in the page, and of the images with the addresses of their sources. */
import { useEffect, useState, type ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { BundledPackage } from '../../../page/shell/licences.ts';
import type { ImagePackage } from '../../../threads/api/lab-api.ts';
import { fetchJson } from '../../../threads/api/site-text.ts';
import { useCommands, usePageQueries, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import { ABOUT_TEXTS } from './about-texts.ts';
import styles from './about-dialog.module.css';
import dialog from '../dialog.module.css';

function useBundled(): readonly BundledPackage[] | 'loading' | 'failed' {
  const [bundled, setBundled] = useState<readonly BundledPackage[] | 'loading' | 'failed'>('loading');
  useEffect(() => {
    void (async () => {
      const read = await fetchJson('licences.json', document.baseURI);
      setBundled(read.ok ? (read.value as readonly BundledPackage[]) : 'failed');
    })();
  }, []);
  return bundled;
}

export function AboutDialog(): ReactNode {
  const text = useText();
  const { packages } = usePageQueries().client.manifest;
  const bundled = useBundled();
  const commands = useCommands();
  const close = (): void => void commands.run('dialog.close', 'about');
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={close} className={dialog['overlay'] ?? ''}>
      <Modal className={`${dialog['modal'] ?? ''} ${styles['modal'] ?? ''}`}>
        <Dialog className={`${dialog['dialog'] ?? ''} ${styles['about'] ?? ''}`} data-testid="about">
          <Heading slot="title">{text('about.open')}</Heading>
          <p>{text(ABOUT_TEXTS.about)}</p>
          <p>{text(ABOUT_TEXTS.own)}</p>
          <h3>{text(ABOUT_TEXTS.images)}</h3>
          {packages.length === 0 ? <p>{text(ABOUT_TEXTS.noImages)}</p> : <Images packages={packages} />}
          <h3>{text(ABOUT_TEXTS.programs)}</h3>
          <p>{text(ABOUT_TEXTS.programsAbout)}</p>
          {typeof bundled === 'string' ? (
            <p>{text(ABOUT_TEXTS[bundled])}</p>
          ) : (
            bundled.map((one) => <Bundled key={`${one.name} ${one.version}`} {...one} />)
          )}
          <div className={dialog['actions']}>
            <Button label={text(ABOUT_TEXTS.close)} onPress={close} />
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Bundled({ name, version, licence, text }: BundledPackage): ReactNode {
  return (
    <details>
      <summary>
        {name} {version} <span className={styles['licence']}>{licence}</span>
      </summary>
      <pre tabIndex={0} role="region" aria-label={`${name} ${version}`}>
        {text}
      </pre>
    </details>
  );
}

function Images({ packages }: { readonly packages: readonly ImagePackage[] }): ReactNode {
  const text = useText();
  // Of packages that are built from one source, one may have the copyright file for all.
  const licencesOf = ({ licences, licenceFile }: ImagePackage): readonly string[] =>
    licences ?? packages.find((other) => other.licenceFile === licenceFile)?.licences ?? [];
  return (
    <>
      <p>{text(ABOUT_TEXTS.imagesAbout)}</p>
      <table>
        <thead>
          <tr>
            <th>{text(ABOUT_TEXTS.package)}</th>
            <th>{text(ABOUT_TEXTS.version)}</th>
            <th>{text(ABOUT_TEXTS.licence)}</th>
            <th>{text(ABOUT_TEXTS.source)}</th>
          </tr>
        </thead>
        <tbody>
          {packages.map((one) => (
            <tr key={one.name}>
              <td>{one.name}</td>
              <td>{one.version}</td>
              <td>
                {licencesOf(one).join(', ')}{' '}
                {one.licenceFile === undefined ? null : (
                  <a href={`images/${one.licenceFile}`} target="_blank" rel="noreferrer">
                    {text(ABOUT_TEXTS.copyright)}
                  </a>
                )}
              </td>
              <td>
                {one.source === undefined ? (
                  text(ABOUT_TEXTS.unknown)
                ) : (
                  <code>{`apt-get source ${one.source.name}=${one.source.version}`}</code>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
