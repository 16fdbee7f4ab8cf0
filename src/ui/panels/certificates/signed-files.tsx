/** Signs files of servers, and shows which are signed: by whom, and what iPXE's verdict would be. */
import { useEffect, useState, type ReactNode } from 'react';
import type { Message } from '../../../base/sentence.ts';
import type { ScenarioCertificate } from '../../../page/document/certificates.ts';
import { useDocument, useLive } from '../../../page/store.ts';
import { isServer } from '../../../scenario/nodes/queries.ts';
import { readSignedData } from '../../../trust/cms/signed-data.ts';
import { verifyDetached } from '../../../trust/cms/verify.ts';
import { nameText } from '../../../trust/x509/names.ts';
import { useCommands, useMessage, usePageQueries, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import styles from './certificates.module.css';
import type { LabTrust } from './lab-trust.ts';
import { FAULT_TEXTS, TEXTS } from './texts.ts';

/** A file of a server. */
interface Place {
  readonly server: string;
  readonly path: string;
}

interface Signed extends Place {
  readonly content: Uint8Array;
  readonly signature: Uint8Array;
}

const SUFFIX = '.sig';

/** The files of all servers, and those with a signature beside them. */
function useFiles(): { readonly places: readonly Place[]; readonly signed: readonly Signed[] } {
  const { client } = usePageQueries();
  const nodes = useDocument((state) => state.scenario?.nodes);
  const generation = useLive((state) => state.update?.generation);
  const [found, setFound] = useState<{ readonly places: readonly Place[]; readonly signed: readonly Signed[] }>({
    places: [],
    signed: [],
  });
  useEffect(() => {
    let isWanted = true;
    const look = async (): Promise<void> => {
      const places: Place[] = [];
      const signed: Signed[] = [];
      for (const { name: server } of (nodes ?? []).filter(isServer)) {
        const paths = (await client.lab.files(server)).map(({ path }) => path);
        for (const path of paths) {
          if (path.endsWith(SUFFIX)) continue;
          places.push({ server, path });
          if (!paths.includes(`${path}${SUFFIX}`)) continue;
          const content = await client.lab.fileBytes(server, path);
          const signature = await client.lab.fileBytes(server, `${path}${SUFFIX}`);
          if (content !== undefined && signature !== undefined) signed.push({ server, path, content, signature });
        }
      }
      if (isWanted) setFound({ places, signed });
    };
    void look();
    return () => {
      isWanted = false;
    };
  }, [client, nodes, generation]);
  return found;
}

const keyOf = ({ server, path }: Place): string => `${server}:${path}`;

export function SignedFiles({
  entries,
  lab,
}: {
  readonly entries: readonly ScenarioCertificate[];
  readonly lab: LabTrust;
}): ReactNode {
  const text = useText();
  const message = useMessage();
  const commands = useCommands();
  const { places, signed } = useFiles();
  const signers = entries.filter(({ privateKey }) => privateKey !== undefined);
  const [chosen, setChosen] = useState('');
  const [signerName, setSigner] = useState('');
  const [refusal, setRefusal] = useState<Message>();
  const place = places.find((each) => keyOf(each) === chosen) ?? places[0];
  const signer = signers.find(({ name }) => name === signerName) ?? signers.at(-1);
  const sign = async (): Promise<void> => {
    if (place === undefined || signer === undefined) return;
    setRefusal(await commands.run('certificate.sign-file', { ...place, signer: signer.name }));
  };
  if (signers.length === 0 && signed.length === 0) return null;
  return (
    <>
      <form
        className={styles['form']}
        aria-label={text(TEXTS.sign)}
        onSubmit={(event) => {
          event.preventDefault();
          void sign();
        }}
      >
        <h2>{text(TEXTS.sign)}</h2>
        <label>
          {text(TEXTS.file)}
          <select value={place && keyOf(place)} onChange={({ target }) => setChosen(target.value)}>
            {places.map((each) => (
              <option key={keyOf(each)}>{keyOf(each)}</option>
            ))}
          </select>
        </label>
        <label>
          {text(TEXTS.signer)}
          <select value={signer?.name} onChange={({ target }) => setSigner(target.value)}>
            {signers.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <div className={styles['actions']}>
          <Button
            label={text(TEXTS.signNow)}
            isDisabled={place === undefined || signer === undefined}
            onPress={() => void sign()}
          />
          <span>{text(TEXTS.signHint)}</span>
        </div>
        {refusal === undefined ? null : <p role="alert">{message(refusal)}</p>}
      </form>
      {signed.length === 0 ? null : (
        <table className={styles['table']}>
          <caption title={text(TEXTS.verdictHint)}>{text(TEXTS.signed)}</caption>
          <thead>
            <tr>
              <th>{text(TEXTS.image)}</th>
              <th>{text(TEXTS.signer)}</th>
              <th title={text(TEXTS.verdictHint)}>{text(TEXTS.verdict)}</th>
            </tr>
          </thead>
          <tbody>
            {signed.map((each) => (
              <SignedRow key={keyOf(each)} signed={each} lab={lab} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function SignedRow({ signed, lab }: { readonly signed: Signed; readonly lab: LabTrust }): ReactNode {
  const text = useText();
  const { content, signature } = signed;
  const read = readSignedData(signature);
  const verdict =
    typeof read === 'string' ? undefined : verifyDetached(read, { content, trust: lab.trust, others: lab.all });
  const says =
    verdict === undefined ? TEXTS.noMessage : verdict.fault === undefined ? TEXTS.good : FAULT_TEXTS[verdict.fault];
  return (
    <tr>
      <td>{keyOf(signed)}</td>
      <td>{verdict?.signer === undefined ? '' : nameText(verdict.signer.subject)}</td>
      <td data-verdict={verdict !== undefined && verdict.fault === undefined ? 'good' : 'bad'}>{text(says)}</td>
    </tr>
  );
}
