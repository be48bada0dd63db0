/**
 * The text of a file to the value that it stands for, and back to where each part of it is written.
 * Pure, and made for files that others wrote: see the limits.
 */
import {
  Composer,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  Parser,
  visit,
  type Alias,
  type CST,
  type Document,
  type ErrorCode,
  type Node,
  type YAMLError,
} from 'yaml';
import type { Complaint, Path } from './complaint.ts';
import { placeOf, type Range } from './diagnostic.ts';
import { quoted } from '../text/names.ts';
import { failed, ok, type Result } from '../result.ts';

/** Signs, words and line breaks together: a hundred times those of an ordinary file. */
const MOST_LEXEMES = 200_000;

/** An ordinary file is six levels deep. The library recurses, and its process dies of too deep a file. */
const DEEPEST = 50;

/** Lists that are used again by `*name`; each may be long, so few of them are a large file already. */
const MOST_ALIASES = 100;

/** A mistake in the text itself, with its place. */
export interface TextProblem {
  readonly message: string;
  readonly hint?: string;
  readonly range: Range;
}

export interface YamlText {
  /** Mappings, lists, texts, numbers, booleans and null. */
  readonly value: unknown;
  /** Where a part is written; of a part that is not there, where the nearest one around it is. */
  readonly rangeOf: (path: Path, part: Complaint['part']) => Range;
}

/**
 * Reads YAML 1.2. What the library only warns of, keys given twice, aliases of nothing or of
 * themselves, and files that are too deep or too large to be read safely, are problems.
 *
 * @returns every problem of the text, in no order; the value only where there is none. Where the text is
 *   not YAML at all, that place alone: what is read behind it is guesswork, and so are its problems
 */
export function readYaml(text: string): Result<YamlText, readonly TextProblem[]> {
  const tokens = tokenise(text);
  if (!tokens.ok) return tokens;
  const composer = new Composer({
    prettyErrors: false,
    stringKeys: true,
    // Compares each key with every other one; one set a mapping does the same in linear time.
    uniqueKeys: false,
  });
  // One after the other: a file of nothing but `---` would be a hundred thousand documents.
  const documents = composer.compose(tokens.value, true, text.length);
  const document = documents.next().value;
  const second = documents.next().value;
  if (!document) throw new Error('the composer gave no document although it was forced to');
  const [broken] = document.errors
    .filter(({ code }) => !READ_ALL_THE_SAME.has(code))
    .sort((a, b) => a.pos[0] - b.pos[0]);
  if (broken) return failed([problemOf(broken)]);
  const problems = [...document.errors, ...document.warnings].map(problemOf);
  if (second) {
    const [start] = second.range;
    problems.push({ message: 'a second document begins here', range: { start, end: start } });
  }
  const version = document.directives.yaml;
  if (version.explicit && version.version !== '1.2') {
    problems.push({
      message: `this file is read as YAML 1.2, not ${quoted(version.version)}`,
      hint: 'remove the %YAML line',
      range: { start: 0, end: 0 },
    });
  }
  const checked = checkNodes(document, text);
  problems.push(...checked.problems);
  if (problems.length > 0) return failed(problems);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    // All that is left to go wrong after the checks: aliases within aliases within aliases.
    if (!(error instanceof ReferenceError)) throw error;
    return failed([
      {
        message: 'aliases (`*name`) of aliases make this file much larger than it looks',
        hint: 'write the lists out',
        range: rangeOfNode(checked.targets.keys().next().value ?? null),
      },
    ]);
  }
  return ok({
    value,
    rangeOf: (path, part) => rangeAt(document, checked.targets, path, part),
  });
}

/** Errors of the library after which the rest of the text is read as it was meant. */
const READ_ALL_THE_SAME: ReadonlySet<ErrorCode> = new Set([
  'BAD_ALIAS',
  'DUPLICATE_KEY',
  'NON_STRING_KEY',
  'TAG_RESOLVE_FAILED',
]);

function problemOf({ code, message, pos: [start, end] }: YAMLError): TextProblem {
  return {
    message: code === 'NON_STRING_KEY' ? 'a key must be text' : message.replace(/\.$/, ''),
    range: { start, end },
  };
}

/** The library's syntax tree, made without recursion, and refused before anything recurses over it. */
function tokenise(text: string): Result<readonly CST.Token[], readonly TextProblem[]> {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    if (lexemes > MOST_LEXEMES) {
      return failed([{ message: 'this file has too many entries', range: { start: 0, end: 0 } }]);
    }
    tokens.push(...parser.next(lexeme));
  }
  tokens.push(...parser.end());
  const deep = tooDeep(tokens);
  if (deep === null) return ok(tokens);
  return failed([
    {
      message: `this is more than ${DEEPEST} levels deep`,
      range: { start: deep.offset, end: deep.offset + 1 },
    },
  ]);
}

/** A token below the deepest level; null where there is none. */
function tooDeep(tokens: readonly CST.Token[]): CST.Token | null {
  const open = tokens.map((token) => ({ token, depth: 0 }));
  for (;;) {
    const next = open.pop();
    if (!next) return null;
    const { token, depth } = next;
    if (depth > DEEPEST) return token;
    for (const child of childrenOf(token)) open.push({ token: child, depth: depth + 1 });
  }
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [
    ...(key ? [key] : []),
    ...(value ? [value] : []),
  ]);
}

/** What the library leaves unchecked, in one pass over the nodes in the order of the text. */
function checkNodes(document: Document.Parsed, text: string) {
  const problems: TextProblem[] = [];
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_, node, ancestors) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (!target) {
          problems.push({
            message: `there is no \`&${node.source}\` before this \`*${node.source}\``,
            range: rangeOfNode(node),
          });
        } else if (ancestors.includes(target)) {
          problems.push({
            message: `\`*${node.source}\` is a part of what it stands for`,
            range: rangeOfNode(node),
          });
        } else {
          targets.set(node, target);
        }
      } else if (node.anchor !== undefined) {
        anchors.set(node.anchor, node);
      }
    },
    Map: (_, map) => {
      const seen = new Map<string, Node>();
      for (const { key } of map.items) {
        const name = keyText(key);
        if (name === null || !isNode(key)) continue;
        const range = rangeOfNode(key);
        const first = seen.get(name);
        if (first) {
          const { line } = placeOf(text, rangeOfNode(first).start);
          problems.push({
            message: `${quoted(name)} is there twice`,
            hint: `the first one is on line ${line}`,
            range,
          });
        } else {
          seen.set(name, key);
        }
        if (name === '__proto__') problems.push({ message: `unknown key ${quoted(name)}`, range });
        if (name === '<<') {
          problems.push({
            message: '`<<` does not merge mappings in YAML 1.2',
            hint: 'write the keys out; in matrix.yaml, a group can say `extends: default`',
            range,
          });
        }
      }
    },
  });
  return { problems, targets };
}

function keyText(key: unknown): string | null {
  return isScalar(key) ? String(key.value) : null;
}

function rangeAt(
  document: Document.Parsed,
  targets: ReadonlyMap<Alias, Node>,
  path: Path,
  part: Complaint['part'],
): Range {
  const resolved = (node: unknown) => (isAlias(node) ? targets.get(node) : node);
  let value: unknown = document.contents;
  let key: unknown = null;
  for (const step of path) {
    const at = resolved(value);
    if (isSeq(at)) {
      const item: unknown = at.items[Number(step)];
      if (item === undefined) break;
      [key, value] = [null, item];
    } else if (isMap(at)) {
      const pair = at.items.find((item) => keyText(item.key) === String(step));
      if (!pair) break;
      [key, value] = [pair.key, pair.value];
    } else {
      // One thing where a list may be: its first entry is the thing itself.
      break;
    }
  }
  const nodes = part === 'key' ? [key, value] : [value, key];
  const node = nodes.filter(isNode).find((candidate) => !isEmpty(candidate));
  return rangeOfNode(node ?? document.contents);
}

/** A key without a value has a node all the same, of no length, on the next line. */
function isEmpty(node: Node): boolean {
  return node.range ? node.range[0] === node.range[1] : true;
}

function rangeOfNode(node: Node | null): Range {
  const [start, end] = node?.range ?? [0, 0];
  return { start, end };
}
