/** Makes a lab of a capture and opens it, with a description of what was known, guessed and missing. */
import type { Message } from '../../base/sentence.ts';
import { labOfSketch, type MadeFile, type MadeLab } from '../../lab/from-capture/lab-of-sketch.ts';
import { fromCaptureMessage } from '../../lab/from-capture/messages.ts';
import { problemAt } from '../../scenario/problems.ts';
import { keepUserFile } from '../../threads/api/user-files.ts';
import type { Controller } from '../controller.ts';
import { sayMessage } from '../i18n/index.ts';
import { notify, useLive, useView } from '../store.ts';

export async function makeLab(page: Controller): Promise<void> {
  const { capture, language } = useView.getState();
  if (capture === undefined) return;
  const sketch = await page.client.analysis.captureSketch();
  const made = sketch === undefined ? undefined : labOfSketch(sketch, capture.name);
  if (made === undefined) {
    useLive.setState({ problems: [problemAt(capture.name, fromCaptureMessage('from-capture.no-client'))] });
    return;
  }
  const say = (message: Message): string => sayMessage(language, message);
  const kept = await withKeptFiles(made.scenario);
  if (kept === undefined) {
    notify({ id: 'drop.notKept', parameters: { name: capture.name } });
    return;
  }
  const scenario = {
    ...kept,
    name: say(fromCaptureMessage('from-capture.name', { file: capture.name })).slice(0, 100),
    description: descriptionOf(made, say, say(fromCaptureMessage('from-capture.intro', { file: capture.name }))),
  };
  await page.labs.openText(JSON.stringify(scenario));
  useView.setState({ describedOpen: true });
}

function descriptionOf({ report }: MadeLab, say: (message: Message) => string, intro: string): string {
  // Each line is a paragraph: the description has no lists.
  const parts = (['known', 'guessed', 'missing'] as const).flatMap((part) => {
    const lines = report.filter((line) => line.part === part);
    return lines.length === 0
      ? []
      : [[say(fromCaptureMessage(`from-capture.${part}`)), ...lines.map(({ says }) => `- ${say(says)}`)].join('\n\n')];
  });
  return [intro, ...parts].join('\n\n');
}

/** Large files are kept in this browser and named by their hash; undefined when it keeps nothing. */
async function withKeptFiles(scenario: MadeLab['scenario']): Promise<object | undefined> {
  try {
    const nodes = await Promise.all(
      scenario.nodes.map(async (node) =>
        node.files !== undefined ? { ...node, files: await Promise.all(node.files.map(keptFile)) } : node,
      ),
    );
    return { ...scenario, nodes };
  } catch {
    return undefined;
  }
}

async function keptFile(file: MadeFile): Promise<unknown> {
  if (!('content' in file) || !('bytes' in file.content)) return file;
  const { path, content } = file;
  return { path, content: await keepUserFile(path.slice(path.lastIndexOf('/') + 1), content.bytes) };
}
