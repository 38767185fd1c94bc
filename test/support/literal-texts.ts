/** Finds texts for people that stand in a component or in state instead of in web/strings. */
import { parse } from 'svelte/compiler';
import ts from 'typescript';

/** Attributes whose value is read or spoken; for components every attribute that is not in TECHNICAL. */
const SPOKEN =
  /^(aria-(label|description|roledescription|valuetext|placeholder)|title|placeholder|alt|label|text|hint|what|action|note)$/;

interface Node {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** The texts, in the order of the file. */
export function literalTexts(path: string, source: string): string[] {
  if (!path.endsWith('.svelte')) return inScript(source);
  const { fragment } = parse(source, { modern: true });
  const scripts = [...source.matchAll(/<script[^>]*>([^]*?)<\/script>/g)].map((match) => match[1]!);
  return [...scripts.flatMap(inScript), ...inMarkup(fragment as unknown as Node)];
}

/** The same in every language: our name, codes of DICOM (`CT`), and what is typed into a shell. */
const FOREIGN = /^webdimse$|^[A-Z]{2,4}$|^npm start/;

function hasWord(text: string): boolean {
  return !FOREIGN.test(text) && /\p{L}{2}/u.test(text);
}

function inMarkup(node: Node): string[] {
  if (node.type === 'Text') return hasWord(String(node['data'])) ? [String(node['data']).trim()] : [];
  if (node.type === 'HtmlTag') return ['{@html}'];
  if (node.type === 'ExpressionTag') return inExpression(node['expression'] as Node);
  if (node.type === 'Attribute') return inAttribute(node);
  if (node.type === 'StyleDirective') return [];
  return children(node).flatMap(inMarkup);
}

function inAttribute({ name, value }: Node): string[] {
  const parts = (Array.isArray(value) ? value : [value]) as (Node | true)[];
  const nodes = parts.filter((part) => part !== true);
  if (SPOKEN.test(String(name))) return nodes.flatMap(inMarkup);
  // Choices come as an array of values and texts.
  return name === 'options' ? nodes.flatMap(inMarkup).filter((text) => /^\p{Lu}\p{Ll}/u.test(text)) : [];
}

/** Literals that an expression may end as; what is compared or looked up is none. */
function inExpression(node: Node): string[] {
  if (node.type === 'Literal')
    return typeof node['value'] === 'string' && hasWord(node['value']) ? [node['value']] : [];
  if (node.type === 'TemplateElement') {
    const { raw } = node['value'] as { raw: string };
    return hasWord(raw) ? [raw.trim()] : [];
  }
  if (node.type === 'BinaryExpression' && node['operator'] !== '+') return [];
  if (node.type === 'MemberExpression') return inExpression(node['object'] as Node);
  return children(node).flatMap(inExpression);
}

function children(node: Node): Node[] {
  return Object.values(node)
    .flat()
    .filter((value): value is Node => typeof value === 'object' && value !== null && 'type' in value);
}

/** Members of an object that are shown. */
const SHOWN = /^(title|label|text|hint|sentence|cancelled|placeholder|detail|beside)$/;

/** In code: whole phrases anywhere, and single words where they are given to a member that is shown. */
function inScript(source: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || isName(node)) return;
    if (isText(node) && (isPhrase(node.text) || isShown(node))) found.push(node.text.trim());
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('x.ts', source, ts.ScriptTarget.Latest, true));
  return found;
}

/** What is compared with, and what a transfer is known by. */
function isName(node: ts.Node): boolean {
  if (ts.isPropertyAssignment(node)) return node.name.getText() === 'transfer';
  return (
    ts.isStringLiteral(node) &&
    ts.isBinaryExpression(node.parent) &&
    COMPARING.has(node.parent.operatorToken.kind)
  );
}

const COMPARING: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);

type Text =
  ts.StringLiteral | ts.NoSubstitutionTemplateLiteral | ts.TemplateHead | ts.TemplateMiddle | ts.TemplateTail;

function isText(node: ts.Node): node is Text {
  return (
    ts.isStringLiteralLike(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddle(node) ||
    ts.isTemplateTail(node)
  );
}

/** Two words one behind the other, as no selector, track list or identifier has them. */
function isPhrase(text: string): boolean {
  return !FOREIGN.test(text) && /\p{Ll}{2,}[:;]? \p{L}{2,}/u.test(text);
}

function isShown(node: Text): boolean {
  const { parent } = node;
  if (!/^\p{Lu}\p{Ll}/u.test(node.text)) return false;
  return ts.isPropertyAssignment(parent) && parent.initializer === node && SHOWN.test(parent.name.getText());
}
