import { newToken } from '../access/tokens.ts';
import type { Command } from './command.ts';
import { EXIT } from './command.ts';
import { usage } from './flags.ts';

export const tokenCommand: Command = {
  words: 'USER',
  flags: {
    'to-peer': { value: 'NAME', multiple: true, help: 'a peer that the user may call; every one by default' },
    'as-title': { value: 'AET', multiple: true, help: 'a title that the user may call as; any by default' },
  },
  examples: ['webdimse token anna --to-peer ORTHANC --as-title ANNA'],

  async run({ flags, output }) {
    flags.only(1);
    const [user] = flags.words;
    if (user === undefined) throw usage('whose token? Write a user name');
    const { token, hash } = newToken();
    const entry = {
      user,
      token: hash,
      peers: orAll(flags.list('to-peer')),
      aeTitles: orAll(flags.list('as-title')),
    };
    output.note('For the user, now and never again:');
    await output.line(token);
    output.note('For the file, among its "users":');
    await output.line(JSON.stringify(entry));
    await output.record({ type: 'token', token, entry });
    return EXIT.ok;
  },
};

function orAll(list: readonly string[]): readonly string[] | '*' {
  return list.length > 0 ? list : '*';
}
