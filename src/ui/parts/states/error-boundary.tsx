/**
 * Contains an error in one part of the page: the rest keeps working, and the part shows the error and a button to try
 * again. A part whose code could not be fetched (a page left open while a new version was deployed) says so.
 */
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { useText } from '../../hooks.ts';
import { Button } from '../button.tsx';
import { PartNotLoaded } from './lazy-part.tsx';
import styles from './empty.module.css';

interface Props {
  readonly children: ReactNode;
  /** For a dialog: closes it. */
  readonly onClose?: () => void;
}

interface State {
  readonly failure: unknown;
  readonly failed: boolean;
}

export class ErrorBoundary extends Component<Props, State> {
  override readonly state: State = { failure: undefined, failed: false };

  static getDerivedStateFromError(failure: unknown): State {
    return { failure, failed: true };
  }

  override componentDidCatch(failure: unknown, { componentStack }: ErrorInfo): void {
    // For a bug report: the page itself shows only the message.
    console.error(failure, componentStack);
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <Failed
        failure={this.state.failure}
        onRetry={() => this.setState({ failure: undefined, failed: false })}
        onClose={this.props.onClose}
      />
    );
  }
}

function Failed({
  failure,
  onRetry,
  onClose,
}: {
  readonly failure: unknown;
  readonly onRetry: () => void;
  readonly onClose: (() => void) | undefined;
}): ReactNode {
  const text = useText();
  const message = failure instanceof Error ? failure.message : String(failure);
  return (
    <div className={styles['failed']} role="alert" data-testid="failed-part">
      <p className={styles['title']}>
        {failure instanceof PartNotLoaded ? text('panel.notLoaded') : text('panel.failed', { message })}
      </p>
      <div className={styles['actions']}>
        <Button label={text('panel.retry')} onPress={onRetry} />
        <Button label={text('panel.reload')} onPress={() => location.reload()} />
        {onClose === undefined ? null : <Button label={text('problems.close')} onPress={onClose} />}
      </div>
    </div>
  );
}
