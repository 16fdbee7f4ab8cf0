/** The language: what scripts print, line for line as the reference says. */
import { describe, expect, it } from 'vitest';
import { runScript } from '../testing.ts';

const output = (text: string): string => runScript(text).output;

describe('scripts', () => {
  it('greets', () => {
    expect(output('#!ipxe\necho Hello World!\n')).toBe('Hello World!\n');
  });

  it('evaluates lists left to right with one status', () => {
    expect(output('isset ${} && echo a ; echo b')).toBe('b\n');
    expect(output('isset ${} && echo a || echo b && echo c')).toBe('b\nc\n');
    expect(output('echo a || echo b && echo c')).toBe('a\nc\n');
    expect(output('iseq a b ||\necho on')).toBe('on\n');
    expect(output('iseq a b\necho never')).toBe('');
  });

  it('joins continued lines and prints quotes and escapes as they are', () => {
    expect(output('echo a\\\n  b')).toBe('a b\n');
    expect(output('echo "x  y" \\n \'z\'')).toBe('"x y" \\n \'z\'\n');
    expect(output('set sp:hex 20:20\necho a${sp:string}b')).toBe('a  b\n');
  });

  it('reads CRLF, a last line without its end, and comments as tokens', () => {
    expect(output('#!ipxe\r\necho a\r\necho b # c\r\necho a#b')).toBe('a\nb\na#b\n');
    expect(output('echo http://x/#frag')).toBe('http://x/#frag\n');
    expect(output('echo a;b')).toBe('a;b\n');
  });

  it('runs the command behind a label and takes the first label from the top', () => {
    expect(output(':lab echo x')).toBe('x\n');
    expect(output('goto b && echo no\n:a\necho a\nexit\n:b echo b\ngoto a\n:a echo second')).toBe('b\na\n');
  });

  it('stops at an unknown label without a word', () => {
    const { output: text, bench } = runScript('goto nowhere ||\nshow errno\ngoto nowhere\necho no');
    expect(text).toBe('builtin/errno:uint32 = 0x2d02803b\n');
    expect(bench.ipxe.errno).toBe(0x2d02803b);
  });

  it('says when a command does not exist', () => {
    expect(output('imgextract ||\necho ${errno}')).toBe('imgextract: command not found\n0x2e022001\n');
  });

  it('expands innermost first, rescans values, leaves the rest alone', () => {
    expect(output('set idx 0\necho ${net${idx}/mac}')).toBe('52:54:00:12:34:56\n');
    expect(output('set a b\nset b c\necho ${${a}}')).toBe('c\n');
    expect(output('set x 1\nset y ${x}\nset d $\nset z ${d}{x}\necho ${z}')).toBe('1\n');
    expect(output('echo ${a $x }')).toBe('${a $x }\n');
  });

  it('keeps a value with blanks as one argument', () => {
    expect(output('set v a b  c\niseq ${v} ${v} && echo ${v}')).toBe('a b c\n');
  });

  it('returns the status of exit to chain', () => {
    const data = 'data:,%23!ipxe%0Aexit%205';
    const text = output(`imgfetch --name s ${data}\nchain s ||\necho \${errno}`);
    expect(text).toBe(`${data}... ok\nCould not boot: Error 0x00000005 (https://ipxe.org/00000005)\n0x5\n`);
  });

  it('registers a script again at the end, and continues behind chain', () => {
    const text = output(
      'imgfetch -q --name s data:,%23!ipxe%0Aecho%20in%0Aimgstat\nimgfetch -q --name t data:text,x\nchain s\nimgstat',
    );
    expect(text).toBe('in\nt : 1 bytes [PXE-NBP]\nt : 1 bytes [PXE-NBP]\ns : 22 bytes [script]\n');
  });

  it('replaces the running script', () => {
    const text = output('imgfetch -q --name s data:,%23!ipxe%0Aecho%20new\nchain --replace s\necho never');
    expect(text).toBe('new\n');
    expect(output('imgfetch -q --name s data:,%23!ipxe%0Aecho%20new\nimgexec --autofree s\nimgstat')).toBe('new\n');
  });

  it('opens a shell that ends with exit', () => {
    const { output: text } = runScript('shell\necho back', {
      prepare: (bench) => bench.queue.schedule(2e9, () => bench.machine.type('echo hi\nnone\nexit\n')),
    });
    expect(text).toBe('iPXE> echo hi\nhi\niPXE> none\nnone: command not found\niPXE> exit\nback\n');
  });

  it('waits at a prompt, erases its text, and knows the key', () => {
    const text = output('prompt --timeout 1000 Wait || echo ${errno}');
    expect(text).toBe(`Wait${'\b \b'.repeat(4)}0x4c22e035\n`);
    const { output: pressed } = runScript('prompt --key 0x02 --timeout 5000 P && echo yes || echo no', {
      prepare: (bench) => bench.queue.schedule(2e9, () => bench.machine.press('Ctrl-B')),
    });
    expect(pressed).toBe('P\b \byes\n');
  });
});

describe('command lines', () => {
  it('prints usage for --help and wrong options', () => {
    const usage =
      'Usage:\n\n  imgfetch [-n|--name <name>] [-t|--timeout <timeout>] [-q|--quiet] [-a|--autofree] <uri> [<arguments>...]\n\n' +
      'See https://ipxe.org/cmd/imgfetch for further information\n';
    expect(output('imgfetch --help || echo ${errno}')).toBe(`${usage}0xb1621a0\n`);
    expect(output('imgfetch --bad || echo ${errno}')).toBe(`Unrecognised option "--bad"\n${usage}0x1c162202\n`);
    expect(output('imgfetch || echo ${errno}')).toBe(`${usage}0x46162001\n`);
    expect(output('imgfetch -n || echo')).toBe(`Option "n" requires an argument\n${usage}\n`);
    expect(output('imgfetch --quiet=1 || echo')).toBe(`Option "quiet" takes no argument\n${usage}\n`);
  });

  it('reads echo options', () => {
    expect(output('echo -n a\necho -- --x')).toBe('a--x\n');
    expect(output('sleep abc || echo ${errno}')).toBe('"abc": invalid integer value\n0x1c162102\n');
  });

  it('lists the 54 commands of a default build', () => {
    const names =
      'autoboot boot chain choose clear config cpuid dhcp echo exit form goto help ibstat ifclose ifconf iflinkwait ' +
      'ifopen ifstat imgargs imgexec imgfetch imgfree imgload imgselect imgset imgstat inc initrd iseq isset item ' +
      'iwlist iwstat kernel login menu module poweroff present prompt pxebs read reboot route sanboot sanhook ' +
      'sanunhook set shell shim show sleep sync';
    const { bench, output: help } = runScript('help');
    expect(
      help.startsWith(
        '\nAvailable commands:\n\n  autoboot        boot            chain           choose          clear\n',
      ),
    ).toBe(true);
    expect(help.endsWith('\n\nType "<command> --help" for further information\n\n')).toBe(true);
    expect(bench.ipxe.commands.names.join(' ')).toBe(names);
  });
});

describe('scripts that cost too much', () => {
  const FETCH = (text: string): string => `imgfetch -q --name s data:,${encodeURIComponent(text)}\n`;

  it('fail with "Not enough space" when a setting refers to itself, and say so once', () => {
    // "a${x:string}", which no command line can write.
    const { output: text, bench } = runScript(
      'set x:hex 61:24:7b:78:3a:73:74:72:69:6e:67:7d\necho ${x:string} ||\necho ${errno}\necho ${x:string} ||\necho on',
    );
    expect(text).toBe('0x31022006\non\n');
    const warnings = bench.events.filter((event) => event.kind === 'decision' && event.code === 'script-expansion');
    expect(warnings).toHaveLength(1);
  });

  it('cannot double a setting until memory is full', () => {
    const doubles = Array.from({ length: 30 }, (_, i) => `set v${i + 1} \${v${i}}\${v${i}}\n`).join('');
    const { output: text, bench } = runScript(`set v0 ab\n${doubles}echo never\n`);
    expect(text).toBe('');
    expect(bench.ipxe.errno).toBe(0x3102_2006);
  });

  it('pay for all tokens of a line together', () => {
    const line = (count: number): string => `set x y\niseq ${'${x} '.repeat(count)}||\necho \${errno}`;
    expect(output(line(1000))).toMatch(/Usage[^]*0x46162001\n$/);
    expect(output(line(1001))).toBe('0x31022006\n');
  });

  it('end at a depth when they start themselves, and the machine goes on', () => {
    const { output: text, bench } = runScript(`${FETCH('#!ipxe\nimgexec s || echo back')}chain s\necho on`);
    expect(text).toContain('on\n');
    expect(bench.ipxe.isEnding).toBe(false);
  });

  it('give way after some commands, whatever line they stand on', () => {
    const { bench } = runScript(`echo -n x${' && echo -n x'.repeat(999)}`);
    expect(bench.queue.nowNs).toBeGreaterThanOrEqual(49e6);
  });

  it('cannot nest blocks of settings without end, nor fill memory with values', () => {
    expect(output(`set ${'a.'.repeat(63)}b/c 1 && show ${'a.'.repeat(63)}b/c`)).toContain(' = 1\n');
    expect(output(`set ${'a.'.repeat(5000)}b/c 1 ||\necho \${errno}`)).toContain('0x310c2006\n');
    const fill = `set b ${'z'.repeat(60_000)}\n:l\ninc i\nset v\${i} \${b} && goto l ||\necho \${i} \${errno}`;
    expect(output(fill)).toMatch(/Could not store "v\d+": Not enough space .*\n69 0x310c2006\n$/);
  });
});
