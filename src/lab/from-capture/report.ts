/** What a lab that was made from a capture rests on: each sentence once, in order. */
import type { Message } from '../../base/sentence.ts';

export type ReportPart = 'known' | 'guessed' | 'missing';

export interface ReportLine {
  readonly part: ReportPart;
  readonly says: Message;
}

export class CaptureReport {
  private readonly list: ReportLine[] = [];

  get lines(): readonly ReportLine[] {
    const parts: readonly ReportPart[] = ['known', 'guessed', 'missing'];
    return parts.flatMap((part) => this.list.filter((line) => line.part === part));
  }

  known(says: Message): void {
    this.add('known', says);
  }

  guessed(says: Message): void {
    this.add('guessed', says);
  }

  missing(says: Message): void {
    this.add('missing', says);
  }

  private add(part: ReportPart, says: Message): void {
    if (!this.list.some((line) => line.says.text === says.text)) this.list.push({ part, says });
  }
}
