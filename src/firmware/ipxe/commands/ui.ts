/** Commands that build and show menus and forms, and those of the console. */
import { err, ok } from '../../../base/result.ts';
import type { Task } from '../../../base/time/task.ts';
import { Err, OK, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import type { GraphicsRequest, Picture } from '../../text/graphics.ts';
import { acquireImage } from '../images/manage.ts';
import { decodePng } from '../images/png.ts';
import type { Outcome } from '../settings/types.ts';
import { runForm } from '../tui/form-ui.ts';
import { runMenu } from '../tui/menu-ui.ts';
import { couldNot, couldNotStore, orSay, readInteger, readSetting, readUi } from './arguments.ts';
import { flag, MANY_ARGUMENTS, option, type CommandSpec, type Given } from './registry.ts';

const createSpec: Omit<CommandSpec, 'name' | 'feature'> = {
  options: [option('name', 'n', 'string'), flag('delete', 'd')],
  minArguments: 0,
  maxArguments: MANY_ARGUMENTS,
  usage: '[<title>...]',
  // oxlint-disable-next-line require-yield
  *run(ipxe, given) {
    const name = given.text('name') ?? '';
    ipxe.uis.delete(name);
    if (!given.flag('delete')) ipxe.uis.set(name, { name, title: given.args.join(' '), items: [] });
    return OK;
  },
};

function* addItem(ipxe: Ipxe, given: Given): Task<Status> {
  const ui = yield* orSay(ipxe, readUi(ipxe, given.text('menu') ?? given.text('form')));
  if (!ui.ok) return ui.error;
  const isGap = given.flag('gap');
  const [first, ...words] = given.args;
  ui.value.items.push({
    name: isGap || first === undefined || first === '' ? undefined : first,
    text: isGap ? given.args.join(' ') : words.join(' '),
    key: given.number('key'),
    isDefault: given.flag('default'),
    isSecret: given.flag('secret'),
  });
  return OK;
}

/** A colour number of `cpair` and `colour`. */
function isColour(value: number): boolean {
  return value <= 7 || value === 9;
}

/** The picture that is wanted; its image is freed unless it is to be kept. */
function* readPicture(ipxe: Ipxe, given: Given, uri: string): Task<Outcome<Picture>> {
  const image = yield* acquireImage(ipxe, uri, {});
  if (!image.ok) return image;
  const { type, data } = image.value;
  if (!given.flag('keep')) ipxe.images.unregister(image.value);
  const picture = type === 'PNG' ? decodePng(data) : err(Err.imageUnsupported);
  if (!picture.ok) yield* couldNot(ipxe, 'use picture', picture.error);
  return picture;
}

/** Without options the screen goes back to text; with a picture alone it is as large as that. */
function* configureConsole(ipxe: Ipxe, given: Given): Task<Status> {
  const uri = given.text('picture');
  const picture = uri === undefined ? ok(undefined) : yield* readPicture(ipxe, given, uri);
  if (!picture.ok) return picture.error;
  const width = given.number('x') ?? picture.value?.width ?? 0;
  const height = given.number('y') ?? picture.value?.height ?? 0;
  const margin = (name: string): number => given.number(name) ?? 0;
  const request: GraphicsRequest | undefined =
    width === 0 && height === 0
      ? undefined
      : {
          width,
          height,
          depth: given.number('depth') ?? 0,
          margins: { left: margin('left'), right: margin('right'), top: margin('top'), bottom: margin('bottom') },
          picture: picture.value,
        };
  // Without a graphical console in the build there is nothing to configure.
  if (ipxe.build.features.has('CONSOLE_FRAMEBUFFER')) {
    const outcome = yield* ipxe.platform.console.setGraphics(request);
    if (outcome !== 'ok') {
      return yield* couldNot(ipxe, 'configure console', outcome === 'no-mode' ? Err.consoleNoMode : Err.consoleNoRoom);
    }
  }
  yield* ipxe.print('\x1b[2J\x1b[1;1H');
  return OK;
}

export const uiCommands: readonly CommandSpec[] = [
  { ...createSpec, name: 'menu', feature: 'MENU_CMD' },
  { ...createSpec, name: 'form', feature: 'FORM_CMD' },
  {
    name: 'item',
    feature: ['MENU_CMD', 'FORM_CMD'],
    options: [
      option('menu', 'm', 'string'),
      option('form', 'f', 'string'),
      option('key', 'k', 'key'),
      flag('default', 'd'),
      flag('secret', 's'),
      flag('gap', 'g'),
    ],
    minArguments: 0,
    maxArguments: MANY_ARGUMENTS,
    usage: '[<name> [<text>]]',
    run: addItem,
  },
  {
    name: 'choose',
    feature: 'MENU_CMD',
    options: [
      option('menu', 'm', 'string'),
      option('default', 'd', 'string'),
      option('timeout', 't', 'timeout'),
      option('retimeout', 'r', 'timeout'),
      flag('keep', 'k'),
    ],
    minArguments: 1,
    maxArguments: 1,
    usage: '<setting>',
    *run(ipxe, given) {
      const ref = yield* orSay(ipxe, readSetting(ipxe, given.arg(0), true));
      if (!ref.ok) return ref.error;
      const ui = yield* orSay(ipxe, readUi(ipxe, given.text('menu')));
      if (!ui.ok) return ui.error;
      const chosen = yield* runMenu(ipxe, ui.value, {
        selected: given.text('default'),
        timeoutMs: given.number('timeout') ?? 0,
        retimeoutMs: given.number('retimeout') ?? 0,
      });
      if (!given.flag('keep')) ipxe.uis.delete(ui.value.name);
      if (!chosen.ok) return chosen.error;
      return yield* couldNotStore(ipxe, ref.value, ipxe.settings.storeText(ref.value, chosen.value.name ?? ''));
    },
  },
  {
    name: 'present',
    feature: 'FORM_CMD',
    options: [option('form', 'f', 'string'), flag('keep', 'k')],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    *run(ipxe, given) {
      const ui = yield* orSay(ipxe, readUi(ipxe, given.text('form')));
      if (!ui.ok) return ui.error;
      const status = yield* runForm(ipxe, {
        title: ui.value.title,
        fields: ui.value.items.map(({ name, text, isSecret, isDefault }) => ({
          label: text,
          setting: name,
          isSecret,
          isDefault,
        })),
      });
      if (!given.flag('keep')) ipxe.uis.delete(ui.value.name);
      return status;
    },
  },
  {
    name: 'console',
    feature: 'CONSOLE_CMD',
    options: [
      option('x', 'x', 'integer'),
      option('y', 'y', 'integer'),
      option('left', 'l', 'integer'),
      option('right', 'r', 'integer'),
      option('top', 't', 'integer'),
      option('bottom', 'b', 'integer'),
      option('depth', 'd', 'integer'),
      option('picture', 'p', 'string'),
      flag('keep', 'k'),
    ],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    run: configureConsole,
  },
  {
    name: 'colour',
    feature: 'CONSOLE_CMD',
    options: [option('basic', 'b', 'integer'), option('rgb', 'r', 'integer')],
    minArguments: 1,
    maxArguments: 1,
    usage: '<colour>',
    *run(ipxe, given) {
      const index = yield* orSay(ipxe, readInteger(given.arg(0)));
      if (!index.ok) return index.error;
      const basic = given.number('basic');
      const rgb = given.number('rgb');
      if (index.value > 7 || (basic !== undefined && !isColour(basic))) {
        return yield* couldNot(ipxe, 'define colour', Err.colourInvalid);
      }
      if (basic !== undefined) ipxe.colours.basic.set(index.value, basic);
      if (rgb !== undefined) ipxe.colours.rgb.set(index.value, rgb);
      return OK;
    },
  },
  {
    name: 'cpair',
    feature: 'CONSOLE_CMD',
    options: [option('foreground', 'f', 'integer'), option('background', 'b', 'integer')],
    minArguments: 1,
    maxArguments: 1,
    usage: '<cpair>',
    *run(ipxe, given) {
      const index = yield* orSay(ipxe, readInteger(given.arg(0)));
      if (!index.ok) return index.error;
      const foreground = given.number('foreground') ?? 9;
      const background = given.number('background') ?? 9;
      if (index.value > 7 || !isColour(foreground) || !isColour(background)) {
        return yield* couldNot(ipxe, 'define colour pair', Err.cpairInvalid);
      }
      ipxe.colours.pairs[index.value] = { foreground, background };
      return OK;
    },
  },
];
