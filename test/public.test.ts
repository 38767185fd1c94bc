/** What package.json exports: every name is documented, and every type that its signatures need is exported too. */
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { entries } from '../bridge/docs.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ENTRIES = [...entries().values()].map((path) => ROOT + path);

const { options } = ts.getParsedCommandLineOfConfigFile(
  `${ROOT}bridge/tsconfig.library.json`,
  {},
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
)!;
const program = ts.createProgram(ENTRIES, options);
const checker = program.getTypeChecker();

const listed = ENTRIES.flatMap((path) => exportsOf(program.getSourceFile(path)!));

function exportsOf(file: ts.SourceFile): ts.Symbol[] {
  return checker.getExportsOfModule(checker.getSymbolAtLocation(file)!).map(original);
}

function original(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Types of ours that a declaration names where its user sees them. */
function named(declaration: ts.Node): ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const visit = (node: ts.Node): void => {
    if (isHidden(node)) return;
    if (ts.isTypeReferenceNode(node)) found.push(original(checker.getSymbolAtLocation(node.typeName)!));
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return found.filter(isExportedHere);
}

/** Bodies and values, `#private` and `private` members, and what is marked as internal. */
function isHidden(node: ts.Node): boolean {
  if (ts.isBlock(node) || (ts.isExpression(node) && !ts.isTypeNode(node) && !ts.isIdentifier(node)))
    return true;
  if (ts.getJSDocTags(node).some((tag) => tag.tagName.text === 'internal')) return true;
  if (!ts.isClassElement(node)) return false;
  const isPrivate = (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) !== 0;
  return isPrivate || (node.name !== undefined && ts.isPrivateIdentifier(node.name));
}

function isExportedHere(symbol: ts.Symbol): boolean {
  const file = symbol.declarations?.[0]?.getSourceFile();
  if (file === undefined || file.isDeclarationFile || !file.fileName.startsWith(ROOT)) return false;
  return exportsOf(file).includes(symbol);
}

test('every name is documented', () => {
  const bare = listed.filter((symbol) => symbol.getDocumentationComment(checker).length === 0);
  expect(bare.map(({ name }) => name)).toEqual([]);
});

test('every type that a signature names is exported', () => {
  const missing = listed.flatMap((symbol) =>
    symbol
      .declarations!.flatMap(named)
      .filter((type) => !listed.includes(type))
      .map((type) => `${symbol.name} needs ${type.name}`),
  );
  expect(missing).toEqual([]);
});
