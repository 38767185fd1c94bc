import type { Operation } from '../dict/index.ts';
import type { CommandName } from './commands.ts';

/** The operation that a request or response is of: `C-FIND` of `C-FIND-RSP`. Undefined for a C-CANCEL, which is none of its own. */
export function operationOf(name: CommandName | undefined): Operation | undefined {
  return name === undefined || name === 'C-CANCEL-RQ'
    ? undefined
    : (name.replace(/-(RQ|RSP)$/, '') as Operation);
}
