/** English texts of the page itself: dialogs, language, panels. */
import type { MessageText } from '../../../../base/sentence.ts';

export const pageEn = {
  'about.open': 'About and licences',
  'help.open': 'Keys and commands',
  'language.switch': 'Language',
  'language.notLoaded':
    'The texts of this language cannot be fetched. Check the connection, or reload the page if there is a new version.',
  'theme.switch': 'Light or dark',
  'page.pair': '{name}: {what}',
  'palette.open': 'Command palette',
  'palette.placeholder': 'Type a command',
  'panel.menu': 'Menu',
  'menu.main': 'Main menu',
  'panel.loading': 'Loading…',
  'panel.failed': 'This panel failed: {message}',
  'panel.notLoaded':
    'This part of the page could not be loaded. The connection may be down, or there may be a new version of the page: then reload it.',
  'panel.retry': 'Try again',
  'panel.reload': 'Reload the page',
  'layout.notRead': 'The arrangement of panels in this link cannot be read. The present one is shown.',
  'notice.close': 'Close the notice',
  'view.panel': 'Show a panel',
  'dialog.close': 'Close a dialog',
  'command.disabled': '{command}: {reason}',
} as const satisfies Readonly<Record<string, MessageText>>;
