/**
 * Parts of the page whose code is fetched when they are first shown. Unlike `React.lazy`, a part that could not be
 * fetched is fetched again when it is mounted again, so that an error boundary can offer another try.
 */
import { useEffect, useState, type ComponentType, type ReactNode } from 'react';
import { useText } from '../../hooks.ts';
import styles from './empty.module.css';

/** The code of a part could not be fetched: no connection, or another version of the page was deployed. */
export class PartNotLoaded extends Error {
  override readonly name = 'PartNotLoaded';
}

/** Fetches the code of a part ahead of its first view. */
export type Preload = () => Promise<void>;

export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  waiting: ReactNode = <Loading />,
): readonly [part: ComponentType<Props>, preload: Preload] {
  let Loaded: ComponentType<Props> | undefined;
  const fetchPart = async (): Promise<void> => {
    Loaded ??= await load();
  };
  function LazyPart(props: Props): ReactNode {
    const [failure, setFailure] = useState<PartNotLoaded | undefined>();
    const [, redraw] = useState(0);
    useEffect(() => {
      if (Loaded !== undefined) return undefined;
      let live = true;
      fetchPart().then(
        () => {
          if (live) redraw((count) => count + 1);
        },
        (cause: unknown) => {
          if (live) setFailure(new PartNotLoaded(String(cause), { cause }));
        },
      );
      return () => {
        live = false;
      };
    }, []);
    if (failure !== undefined) throw failure;
    return Loaded === undefined ? waiting : <Loaded {...props} />;
  }
  return [LazyPart, fetchPart];
}

/** A placeholder while something loads. */
export function Loading(): ReactNode {
  const text = useText();
  return (
    <p className={styles['loading']} role="status">
      {text('panel.loading')}
    </p>
  );
}
