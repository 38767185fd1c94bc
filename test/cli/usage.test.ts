/** What is typed wrong is answered by one line that names it, and exit code 2. */
import { createServer } from 'node:net';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  WEBDIMSE,
  built,
  freePort,
  records,
  run,
  temporaryFolder,
  webdimse,
} from '../support/peers-process.ts';

const PEER = 'ANY@127.0.0.1:104';

/** A file with this content. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

async function complaint(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await webdimse(...args);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^webdimse( \w+)?: .+\n$/); // one line
  expect(code).toBe(2);
  return stderr;
}

describe('wrong calls', () => {
  test.each<[string, string[], RegExp]>([
    ['an unknown command', ['fetch'], /no command "fetch"/],
    ['an unknown flag', ['echo', PEER, '--repaet', '3'], /'--repaet'/],
    ['a flag without its value', ['echo', PEER, '--repeat'], /'--repeat/],
    ['a number that is none', ['echo', PEER, '--repeat', 'often'], /--repeat .* "often"/],
    ['a word too many', ['echo', PEER, 'twice'], /"twice"/],
    ['no peer', ['echo'], /which peer/],
    ['a fault that is none', ['pacs', '--fault', 'rejct'], /fault is one of refuse, http, reject.*"rejct"/],
    ['a fault with a wrong value', ['pacs', '--fault', 'strict,delay=soon'], /delay takes .*"soon"/],
    ['a fault of nobody', ['serve', '--no-pacs', '--fault', 'strict'], /--fault.*--no-pacs/],
    ['a peer without port', ['echo', 'PACS@host'], /AET@host:port.*"PACS@host"/],
    ['a port out of range', ['echo', 'PACS@host:70000'], /port.*PACS@host:70000|PACS@host:70000.*port/],
    ['a title that is too long', ['echo', 'SEVENTEENLETTERSX@host:104'], /SEVENTEENLETTERSX/],
    ['a name that nobody has', ['echo', 'ORTHANC'], /"ORTHANC"/],
    ['a calling title with a backslash', ['echo', PEER, '--calling', 'A\\B'], /--calling/],
    ['a maximum length below 4096', ['echo', PEER, '--max-pdu', '100'], /--max-pdu/],
    ['an unknown level', ['find', PEER, '--level', 'body'], /--level.*"body"/],
    ['an unknown model', ['find', PEER, '--model', 'worklist'], /--model.*"worklist"/],
    ['an unknown keyword', ['find', PEER, '--key', 'PatientNames=X'], /PatientNames.*PatientName/],
    ['nothing to retrieve', ['get', PEER, '--discard'], /--study/],
    ['a series without its study', ['get', PEER, '--discard', '--series', '1.2'], /--study/],
    ['a patient without the model', ['get', PEER, '--discard', '--patient', 'X'], /--model patient/],
    [
      'a series in a model without series',
      ['get', PEER, '--discard', '--model', 'patient-study', '--series', '1.2'],
      /--series needs --model study or patient/,
    ],
    ['no place for what is retrieved', ['get', PEER, '--study', '1.2'], /--out.*--discard/],
    ['an empty value', ['get', PEER, '--study', '', '--discard'], /--study is empty/],
    ['no destination', ['move', PEER, '--study', '1.2'], /--dest/],
    ['nothing to send', ['store', PEER], /what to send/],
    ['nothing to commit', ['commit', PEER], /what to commit/],
    ['a port that is none', ['commit', PEER, 'x', '--receive-port', '0'], /--receive-port .*"0"/],
    ['a file that is not there', ['store', PEER, '/no/such/file'], /\/no\/such\/file: no such file/],
    ['a bridge address that is none', ['echo', 'X', '--via', 'localhost:8080'], /--via.*"localhost:8080"/],
    ['a host that is not loopback', ['serve', '--host', '0.0.0.0', '--no-pacs'], /0\.0\.0\.0.*sign in/],
    ['a peer without a name', ['serve', '--peer', PEER], /NAME=AET@host:port/],
    ['two peers of one name', ['echo', 'A', '--peer', `A=${PEER}`, '--peer', `A=${PEER}`], /"A"/],
    ['a time without its phase', ['echo', PEER, '--timeout', '5'], /--timeout.*connect, associate, .*"5"/],
    [
      'a phase that is none',
      ['pacs', '--timeout', 'assoc=5'],
      /move-progress, report, release, cancel, artim.*"assoc=5"/,
    ],
    ['a time that is none', ['echo', PEER, '--timeout', 'release=soon'], /--timeout release .*"soon"/],
    ['no time at all', ['receive', '--out', 'x', '--timeout', 'artim=0'], /--timeout artim .*"0"/],
    [
      'a character set that is none',
      ['find', PEER, '--character-set', 'LATIN1'],
      /--character-set .*"LATIN1"/,
    ],
    [
      'too many associations',
      ['get', PEER, '--study', '1', '--discard', '--associations', '9'],
      /--associations .*1 to 8/,
    ],
    ['a syntax that is none', ['echo', PEER, '--transfer-syntax', 'JPEG'], /--transfer-syntax .*"JPEG"/],
    [
      'a syntax that is no UID',
      ['echo', PEER, '--transfer-syntax', '1.2.03'],
      /--transfer-syntax .*"1.2.03"/,
    ],
    [
      'a syntax that queries cannot be in',
      ['find', PEER, '--transfer-syntax', 'RLELossless'],
      /--transfer-syntax.*find.*ImplicitVRLittleEndian/,
    ],
    ['no place for what is received', ['receive'], /--out/],
    ['a configuration that is not there', ['echo', 'X', '--config', '/no/such/file'], /\/no\/such\/file/],
  ])('%s', async (_, args, culprit) => {
    expect(await complaint(...args)).toMatch(culprit);
  });

  test('a configuration with an unknown key', async () => {
    const path = file('peers.json', '{"peers": [], "prots": 1}');
    expect(await complaint('echo', 'X', '--config', path)).toMatch(/peers\.json.*prots/);
  });

  test('a configuration that is not JSON', async () => {
    const path = file('peers.json', 'peers:\n  - none');
    expect(await complaint('echo', 'X', '--config', path)).toMatch(/peers\.json.*not JSON/);
  });

  test('a folder for files that is a file', async () => {
    const path = file('taken', 'text');
    expect(await complaint('get', PEER, '--study', '1.2', '--out', path)).toMatch(/--out/);
  });

  test('a name of the configuration is a peer', async () => {
    const port = await freePort();
    const peer = { name: 'HERE', aeTitle: 'ANY', host: '127.0.0.1', port };
    const path = file('peers.json', JSON.stringify({ peers: [peer] }));
    const { code, stderr } = await webdimse('echo', 'HERE', '--config', path);
    expect(stderr).toMatch(new RegExp(`^webdimse echo: Could not connect to 127.0.0.1:${port}`));
    expect(code).toBe(3);
  });
});

describe('a peer that is not there', () => {
  test('is exit code 3, and the last JSON line says why', async () => {
    const finished = await webdimse('echo', `ANY@127.0.0.1:${await freePort()}`, '--json');
    expect(finished.code).toBe(3);
    expect(finished.stderr).toMatch(/^webdimse echo: .+\n$/);
    expect(records(finished)).toMatchObject([{ type: 'result', status: null, name: 'CONNECT_FAILED' }]);
  });

  test('nor is a bridge', async () => {
    const via = `ws://127.0.0.1:${await freePort()}`;
    const { code, stderr } = await webdimse('echo', 'X', '--via', via);
    expect(stderr).toMatch(new RegExp(`^webdimse echo: no bridge answers at ${via}.*\n$`));
    expect(code).toBe(3);
  });
});

describe('files that are no instances', () => {
  const meta = (sopClassUID: string, sopInstanceUID: string): Buffer => {
    const uid = (element: number, text: string): Buffer => {
      const value = text.length % 2 === 0 ? text : `${text}\0`;
      const head = Buffer.from([2, 0, element, 0, 0x55, 0x49, value.length, 0]);
      return Buffer.concat([head, Buffer.from(value, 'latin1')]);
    };
    const items = Buffer.concat([
      uid(0x02, sopClassUID),
      ...(sopInstanceUID === '' ? [] : [uid(0x03, sopInstanceUID)]),
      uid(0x10, '1.2.840.10008.1.2.1'),
    ]);
    const length = Buffer.from([2, 0, 0, 0, 0x55, 0x4c, 4, 0, items.length, 0, 0, 0]);
    return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), length, items]);
  };

  test('are skipped, each with a line that says why; nothing left to send is a failure', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'deep', 'notes.txt'), 'not an image');
    writeFileSync(join(folder, 'DICOMDIR'), meta('1.2.840.10008.1.3.10', '1.2.3'));
    writeFileSync(join(folder, 'empty'), '');
    writeFileSync(join(folder, 'nameless'), meta('1.2.840.10008.5.1.4.1.1.2', ''));
    const { code, stdout, stderr } = await webdimse('store', PEER, folder);
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^skipped .*DICOMDIR: .*not an instance$/);
    expect(lines[1]).toMatch(/^skipped .*notes\.txt: ./);
    expect(lines[2]).toMatch(/^skipped .*empty: ./);
    expect(lines[3]).toMatch(/^skipped .*nameless: .*SOP Instance UID/);
    expect(lines[4]).toMatch(/^webdimse store: nothing to send/);
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });
});

describe('a folder to send', () => {
  test('is walked through links, once, and what is no file is named', { timeout: 20_000 }, async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'deep', 'notes.txt'), 'not an image');
    symlinkSync('..', join(folder, 'deep', 'up'));
    symlinkSync('nowhere', join(folder, 'broken'));
    symlinkSync(join('deep', 'notes.txt'), join(folder, 'link'));
    await run('mkfifo', [join(folder, 'pipe')]);
    const { code, stderr } = await webdimse('store', PEER, folder);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.slice(0, 5)).toEqual([
      expect.stringMatching(/^skipped .*broken: no such file or directory$/),
      expect.stringMatching(/^skipped .*notes\.txt: ./),
      expect.stringMatching(/^skipped .*up: this folder was looked through already$/),
      expect.stringMatching(/^skipped .*link: ./),
      expect.stringMatching(/^skipped .*pipe: neither a file nor a folder$/),
    ]);
    expect(lines.slice(5)).toEqual([
      expect.stringMatching(/^webdimse store: nothing to send: 5 files looked at/),
    ]);
    expect(code).toBe(1);
  });
});

describe.runIf(existsSync('/dev/full'))('output that nobody takes', () => {
  const shell = async (line: string) => {
    await built;
    return run('bash', ['-c', line.replaceAll('WEBDIMSE', `"${process.execPath}" "${WEBDIMSE}"`)]);
  };

  test('a full disk behind stdout is one line and exit code 1', async () => {
    const { code, stderr } = await shell('WEBDIMSE --help > /dev/full');
    expect(stderr).toBe('webdimse: nothing more can be printed: no space left on device\n');
    expect(code).toBe(1);
  });

  test.each(['1>&-', '2>&1'])('a reader that goes away is no remark (%s)', async (where) => {
    const { stderr } = await shell(
      `set -o pipefail; WEBDIMSE echo ${PEER.replace(':104', ':1')} -v ${where} | true`,
    );
    expect(stderr).not.toMatch(/\n {4}at /);
  });
});

describe('a port in use', () => {
  test.each<[string, string[], RegExp]>([
    ['serve', ['--no-pacs', '--port'], /port \d+ is in use; type "webdimse serve --port \d+".*stored data/],
    ['serve', ['--port', '0', '--pacs-port'], /port \d+ is in use; type "webdimse serve --pacs-port \d+"/],
    [
      'receive',
      ['--out', temporaryFolder(), '--port'],
      /port \d+ is in use; type "webdimse receive .*--port \d+"/,
    ],
    ['pacs', ['--port'], /port \d+ is in use; type "webdimse pacs --port \d+"/],
  ])('%s %s', async (command, flags, line) => {
    const port = await freePort();
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
    try {
      expect(await complaint(command, ...flags, String(port))).toMatch(line);
    } finally {
      server.close();
    }
  });
});

describe('help', () => {
  test('lists the commands, and each command its flags', async () => {
    const { stdout, code } = await webdimse('--help');
    expect(code).toBe(0);
    for (const name of ['serve', 'pacs', 'echo', 'find', 'get', 'move', 'store', 'commit', 'receive']) {
      expect(stdout).toContain(`  ${name} `);
      const help = await webdimse(name, '--help');
      expect(help.code).toBe(0);
      expect(help.stdout).toMatch(
        new RegExp(`^webdimse ${name}.*\n\n.+\\.\n\n( .*--\\w.*\n)+\n( +webdimse .*\n)+$`),
      );
    }
  });

  test('tells the version', async () => {
    const { stdout, code } = await webdimse('--version');
    expect([stdout, code]).toEqual(['0.1.0\n', 0]);
  });
});
